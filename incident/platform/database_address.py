"""The address of the database: one file, one PostgreSQL, or several of which one takes what is written.

What a connection does when nobody answers stands in the address itself, so that every engine, of pages, worker, doctor
and back-up alike, keeps to it. Without it a cut cable holds a connection for a quarter of an hour, and what a machine
without power had locked stays locked for two.
"""

import re
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from incident.platform.problem import SettingsError

POSTGRESQL: Final = "postgresql+psycopg"
SQLITE: Final = "sqlite"
_AUTHORITY: Final = re.compile(r"(?P<before>[\w+]+://(?:[^/@]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<after>.*)", re.DOTALL)
_IN_DOUBT: Final = {"tcp_user_timeout": 10_000, "keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 2}
"""After about ten seconds without a sign of life a connection is given up; the first is in milliseconds."""
_CONNECT, _CONNECT_NEXT = 10, 3
"""Seconds in which a server must take a connection: while another one may be asked, fewer."""


def database_address(text: str) -> str:
    """The address in the form that every engine takes. Raises SettingsError with one sentence."""
    try:
        url = make_url(_one_host(text))
    except (ArgumentError, ValueError) as problem:
        raise SettingsError("DATABASE_URL", "DATABASE_URL is not a database address: see .env.example.") from problem
    if url.drivername in ("postgres", "postgresql", POSTGRESQL):
        return _impatient(url.set(drivername=POSTGRESQL)).render_as_string(hide_password=False)
    if url.drivername == SQLITE and url.database:
        return text
    raise SettingsError("DATABASE_URL", "DATABASE_URL must start with postgresql:// or name a file with sqlite:///.")


def _one_host(text: str) -> str:
    """PostgreSQL's own way to write several servers, ``//a:5432,b/``, as the query that the library understands."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        return text
    servers = [re.fullmatch(r"\[?(.*?)\]?(?::(\d*))?", server) for server in found["hosts"].split(",")]
    hosts, ports = zip(*((server[1], server[2] or "5432") for server in servers if server), strict=True)
    path, _, query = found["after"].partition("?")
    named = f"host={','.join(hosts)}&port={','.join(ports)}"
    return f"{found['before']}{path or '/'}?{named}{'&' if query else ''}{query}"


def _impatient(url: URL) -> URL:
    """What the address does not say itself: how long to wait, here and at the server, and who takes what is written."""
    several = "," in str(url.query.get("host", "")) or not isinstance(url.query.get("host", ""), str)
    ours = {name: str(value) for name, value in _IN_DOUBT.items()}
    theirs = {f"tcp_{name.removeprefix('tcp_')}": value for name, value in _IN_DOUBT.items()}
    ours["connect_timeout"] = str(_CONNECT_NEXT if several else _CONNECT)
    ours["options"] = " ".join(f"-c {name}={value}" for name, value in theirs.items())
    if several:
        ours["target_session_attrs"] = "read-write"
    return url.update_query_dict({name: value for name, value in ours.items() if name not in url.query})


__all__ = ["POSTGRESQL", "SQLITE", "database_address"]
