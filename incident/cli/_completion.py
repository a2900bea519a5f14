"""The option ``--install-completion``: the shell of whoever asks completes commands and options of ``meldklok``.

Click makes the script; this puts it where the shell looks by itself, or says the one line that is still needed.
"""

from pathlib import Path

import click
from click.shell_completion import get_completion_class

PLACES = {
    "bash": ".local/share/bash-completion/completions/meldklok",
    "zsh": ".zfunc/_meldklok",
    "fish": ".config/fish/completions/meldklok.fish",
}
"""From the home folder."""
STILL_NEEDED = {
    "bash": "It needs the package bash-completion; open a new terminal.",
    "zsh": "Put `fpath+=~/.zfunc; autoload -Uz compinit; compinit` into ~/.zshrc, and open a new terminal.",
    "fish": "Open a new terminal.",
}


def install_completion(ctx: click.Context, _option: click.Parameter, shell: str | None) -> None:
    """Write the script for that shell and end."""
    if shell is None or ctx.resilient_parsing:
        return
    kind = get_completion_class(shell)
    assert kind is not None, shell
    place = Path.home() / PLACES[shell]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(kind(ctx.command, {}, "meldklok", "_MELDKLOK_COMPLETE").source(), encoding="utf-8")
    click.echo(f"{place} is written. {STILL_NEEDED[shell]}")
    ctx.exit()
