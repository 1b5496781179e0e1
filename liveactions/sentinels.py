"""Where Redis is when only sentinels know: an address that names them, and what they call the master.

It is said as an address, or in the way of channels_redis. Inside the package it is always an address::

    redis+sentinel://user:password@10.0.0.1:26379,10.0.0.2:26379/0?master_name=site
    {"sentinels": [("10.0.0.1", 26379), ("10.0.0.2", 26379)], "master_name": "site", "password": "…"}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard
from urllib.parse import parse_qsl, quote, unquote, urlencode

__all__ = ["Sentinels", "address_of", "sentinels_of"]

SCHEME = "redis+sentinel://"
PORT = 26379
"""Where a sentinel listens if nothing is said."""

OWN = frozenset({"username", "password"})
"""What may be said for the sentinels themselves: ``sentinel_kwargs``, or ``sentinel_password=…`` in an address."""

KNOWN = OWN | {"sentinels", "master_name", "db", "sentinel_kwargs"}


class Sentinels(NamedTuple):
    """Who is to be asked, for which master, and how it is entered. Empty: without a name or a password."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    db: int = 0
    username: str = ""
    password: str = ""
    own_username: str = ""
    own_password: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """Options for a connection to the master."""
        return {"db": self.db} | given(username=self.username, password=self.password)

    @property
    def own_entry(self) -> dict[str, Any]:
        """Options for a connection to a sentinel."""
        return given(username=self.own_username, password=self.own_password)

    @property
    def address(self) -> str:
        who = ":".join(quote(each, safe="") for each in (self.username, self.password))
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        own = given(sentinel_username=self.own_username, sentinel_password=self.own_password)
        query = urlencode({"master_name": self.master, **own})
        return f"{SCHEME}{f'{who}@' if who != ':' else ''}{hosts}/{self.db}?{query}"


def given(**options: str) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value}


@lru_cache(maxsize=8)
def sentinels_of(address: str) -> Sentinels | None:
    """The sentinels that an address names; None for any other address. Raises ``ValueError``."""
    if not address.startswith(SCHEME):
        return None
    where, _, query = address.removeprefix(SCHEME).partition("?")
    options = dict(parse_qsl(query))
    check_names(options, {"master_name", "sentinel_username", "sentinel_password"})
    place, _, db = where.partition("/")
    who, _, hosts = place.rpartition("@")
    username, _, password = (unquote(part) for part in who.partition(":"))
    return checked(
        tuple(host_of(each) for each in hosts.split(",") if each),
        options.get("master_name"),
        int(db) if db.isdigit() else db or 0,
        username,
        password,
        options.get("sentinel_username", ""),
        options.get("sentinel_password", ""),
    )


def host_of(text: str) -> Any:
    host, colon, port = (text, "", "") if text.endswith("]") else text.rpartition(":")
    return (host or text).strip("[]"), int(port) if port.isdigit() else port if colon else PORT


def address_of(said: Mapping[str, Any]) -> str:
    """The address that is said in the way of channels_redis. Raises ``ValueError``."""
    check_names(said, KNOWN)
    own = said.get("sentinel_kwargs") or {}
    check_names(own, OWN, "sentinel_kwargs has ")
    hosts = said.get("sentinels")
    return checked(
        tuple(tuple(each) if is_row(each) else each for each in hosts) if is_row(hosts) else (),
        said.get("master_name"),
        said.get("db", 0),
        *(source.get(name) or "" for source in (said, own) for name in ("username", "password")),
    ).address


def check_names(options: Any, known: Collection[str], where: str = "It has ") -> None:
    if not isinstance(options, Mapping):
        raise ValueError(f"{where}no options, but a {type(options).__name__}.")  # noqa: TRY004  # as all that is wrong here
    if unknown := sorted(set(options) - set(known)):
        raise ValueError(f"{where}unknown options: {', '.join(unknown)}. Known are: {', '.join(sorted(known))}.")


def is_row(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(value, (list, tuple))


def checked(hosts: tuple[Any, ...], master: Any, db: Any, *who: Any) -> Sentinels:
    if not hosts:
        raise ValueError("It names no sentinels: say where they are, each by its host and port.")
    # What was said is not repeated: where an address is written wrongly, a part of the password may be anywhere.
    for number, each in enumerate(hosts, 1):
        if not is_host(each):
            raise ValueError(f"Where sentinel {number} is cannot be read: say its host and port.")
    if not (isinstance(master, str) and master):
        raise ValueError("It does not say what the sentinels call the master: give master_name.")
    if not (isinstance(db, int) and db >= 0):
        raise ValueError("The database is not a number from 0.")
    if not all(isinstance(each, str) for each in who):
        raise ValueError("Names and passwords are texts.")
    return Sentinels(hosts, master, db, *who)


def is_host(each: Any) -> bool:
    if not (isinstance(each, tuple) and len(each) == 2):
        return False
    host, port = each
    return isinstance(host, str) and bool(host) and isinstance(port, int) and 0 < port < 65536  # a port has 16 bits
