"""The command `meldklok`.

A command is a module of this package whose name has no underscore and which holds a click command of the same name:
`incident/cli/doctor.py` defines `doctor`. It is imported only when it is asked for, so a module stays light at import
and brings in the heavy parts inside its functions. Every command shows an example in its help, writes errors to
standard error and JSON to standard output only when `--json` is given.

The package `bot` stands above this one, so its commands are named here and not imported.
"""

import gc
import importlib
import os
import pkgutil

import click

from incident.cli._completion import PLACES, install_completion
from incident.domain.kernel.errors import DomainError
from incident.platform.problem import SettingsError
from incident.store.places import Away

FEW_COLLECTIONS = 50_000
"""Nothing that is imported is garbage: at Python's own 700 new objects, the search takes a tenth of each start."""
NOBODY_ELSE = 0o077
"""The umask of every command: database, files, keys and back-ups are for the user that runs Meldklok."""
OF_THE_BOT = {"slack": "bot.cli", "try-slack": "bot.try_slack"}


class Commands(click.Group):
    """Finds its sub-commands among the modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order of the alphabet."""
        own = (module.name for module in pkgutil.iter_modules(__path__) if "_" not in module.name)
        return sorted({*own, *OF_THE_BOT})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name, imported now; None when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = OF_THE_BOT.get(cmd_name, f"incident.cli.{cmd_name}")
        command = getattr(importlib.import_module(module), cmd_name.replace("-", "_"))
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what is expected to go wrong becomes one sentence on standard error and exit status 1."""
        try:
            return super().invoke(ctx)
        except (SettingsError, DomainError, Away) as problem:
            raise click.ClickException(str(problem)) from problem
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as problem:
            if (said := _said_by_the_database(problem)) is None:
                raise
            raise click.ClickException(said) from problem


def _said_by_the_database(problem: Exception) -> str | None:
    """What is wrong with it; None when the problem is another one. Imported here, so that help comes at once."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    if not isinstance(problem, DatabaseError):
        return None
    reason = str(problem.orig).strip().splitlines()[0]
    if type(problem.orig).__name__ == "UndefinedTable" or reason.startswith("no such table"):
        return "The database has no tables yet. Run `meldklok db upgrade` first."
    return f"The database cannot be used: {reason}" if type(problem) in (DatabaseError, OperationalError) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="meldklok", prog_name="meldklok")
@click.option(
    "--install-completion",
    type=click.Choice(sorted(PLACES)),
    is_eager=True,
    expose_value=False,
    callback=install_completion,
    help="Let this shell complete commands and options.",
)
def main() -> None:
    """Meldklok: log a data breach, keep the 72-hour clock, draft the notices, prove what was done.

    \b
    Example:
      meldklok run                     start everything on this machine
      meldklok incident list --json    every incident, and until when
    """
    os.umask(NOBODY_ELSE)
    gc.set_threshold(FEW_COLLECTIONS)
