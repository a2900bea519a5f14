"""The machines as network namespaces, and the cables between them: one network for each purpose, a switch for each."""

import subprocess
from typing import Final

PREFIX: Final = "mkfo"
SWITCH: Final = "switch"
NETS: Final = {"front": 1, "db": 2, "store": 3, "mail": 4, "slack": 5}
MACHINES: Final = {
    "world": ("front", "db", "store", "mail", "slack"),
    "web1": ("front", "db", "store", "mail", "slack"),
    "web2": ("front", "db", "store", "mail", "slack"),
    "worker1": ("db", "store", "mail", "slack"),
    "worker2": ("db", "store", "mail", "slack"),
    "bot1": ("db", "store", "mail", "slack"),
    "bot2": ("db", "store", "mail", "slack"),
    "db1": ("db",),
    "db2": ("db",),
    "store": ("store",),
}
"""Who has a cable in which network. The world is everybody else: people, mail server, Slack; and whoever counts."""
CLIENTS: Final = range(101, 121)
"""Further addresses of the world, so that its people come from several networks."""


def address(machine: str, net: str) -> str:
    """The address of a machine in a network."""
    return f"10.84.{NETS[net]}.{list(MACHINES).index(machine) + 1}"


def inside(machine: str) -> tuple[str, ...]:
    """The words before a command that make it run on a machine."""
    return ("ip", "netns", "exec", f"{PREFIX}-{machine}")


def _ip(*words: str, of: str | None = None) -> None:
    subprocess.run(["ip", *(("-n", f"{PREFIX}-{of}") if of else ()), *words], check=True, capture_output=True)


def lay() -> None:
    """Make the machines, the switches and the cables."""
    remove()
    for machine in (SWITCH, *MACHINES):
        _ip("netns", "add", f"{PREFIX}-{machine}")
        _ip("link", "set", "lo", "up", of=machine)
    for net in NETS:
        _ip("link", "add", net, "type", "bridge", of=SWITCH)
        _ip("link", "set", net, "up", of=SWITCH)
    for machine, nets in MACHINES.items():
        for net in nets:
            plug = f"{machine}-{net}"
            _ip("link", "add", plug, "type", "veth", "peer", "name", net, "netns", f"{PREFIX}-{machine}", of=SWITCH)
            _ip("link", "set", plug, "master", net, "up", of=SWITCH)
            _ip("address", "add", f"{address(machine, net)}/24", "dev", net, of=machine)
            _ip("link", "set", net, "up", of=machine)
    for number in CLIENTS:
        _ip("address", "add", f"10.84.{NETS['front']}.{number}/24", "dev", "front", of="world")


def remove() -> None:
    """Take all of it away."""
    found = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    for line in found.splitlines():
        if line.split()[0].startswith(f"{PREFIX}-"):
            _ip("netns", "delete", line.split()[0])


def cut(machine: str, net: str) -> None:
    """Pull a cable out of its switch: what is on its way is lost without a word."""
    _ip("link", "set", f"{machine}-{net}", "down", of=SWITCH)


def mend(machine: str, net: str) -> None:
    """Put it back."""
    _ip("link", "set", f"{machine}-{net}", "up", of=SWITCH)
