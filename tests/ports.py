"""Ports for servers that a test starts, kills and starts again on the same address.

A port that the kernel gives (``bind(("127.0.0.1", 0))``) lies in the range from which it also takes the near end of
every outgoing connection: while a killed server is away, any other connection on the machine can take its port.
"""

import fcntl
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

BELOW_THE_KERNELS = range(20_000, 32_768)
"""Linux takes outgoing connections from 32768 on, macOS from 49152 on."""
_kept: list[IO[str]] = []


def free_port() -> int:
    """A port that nobody uses and that no other test process on this machine gets as long as this one lives."""
    claims = Path(tempfile.gettempdir()) / "meldklok-test-ports"
    claims.mkdir(exist_ok=True)
    claims.chmod(0o777)
    lot = random.SystemRandom()
    for port in (lot.choice(BELOW_THE_KERNELS) for _ in BELOW_THE_KERNELS):
        if _claimed(claims / str(port)) and _unused(port):
            return port
    raise AssertionError("every port is taken")


def _claimed(path: Path) -> bool:
    """Take a lock that ends with this process."""
    claim = path.open("a")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        claim.close()
        return False
    _kept.append(claim)
    return True


def _unused(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
