"""Settings: Django's ``LIVEACTIONS`` dictionary, read once into one frozen object.

The floors below receive values, never ``settings``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from pydantic import TypeAdapter, ValidationError

from liveactions.runtime.limits import Limits
from liveactions.sentinels import address_of, sentinels_of

__all__ = ["Conf", "conf"]


@dataclass(frozen=True, slots=True)
class Conf(Limits):
    """Every setting with its default: the limits of one page, and these. Durations are seconds, sizes bytes."""

    redis_url: str = ""
    """Where Redis is, or which sentinels know (then also as channels_redis takes them); default: the environment's
    ``REDIS_URL``. Empty: everything in this one process."""
    channel_layer: str = "default"
    """The alias in ``CHANNEL_LAYERS``; without ``CHANNEL_LAYERS`` the package makes its own layer."""
    path: str = "/live/"
    """The URL path of the WebSocket."""
    fallback: bool = True
    """Whether a page whose WebSocket is blocked may go on over an event stream and posts."""
    origins: tuple[str, ...] = ()
    """Origins that may connect besides the site's own, each exactly ``scheme://host[:port]``."""
    drain_delay: float = 0.0
    """When the process is told to end: the seconds for which it goes on as ever, and only says that it is not ready."""
    drain_spread: float = 3.0
    """Then: the seconds over which its pages are sent elsewhere, one after another."""
    drain_timeout: float = 10.0
    """Seconds that actions which then run have to end; 0: the process ends as its server does by itself."""
    balance: float = 50.0
    """Pages a second that a process asks to come back over a new socket while it has many more than the others;
    0: none."""
    join_timeout: float = 5.0
    """How long a socket may stay open without a HELLO."""
    max_sockets: int = 10_000
    """Sockets that one process has open at a time."""
    max_joining: int = 1024
    """Pages that connect at the same moment; others are asked to come a little later, one after the other."""
    max_user_pages: int = 100
    """Pages that one user may have open in one process."""
    max_user_pending: int = 64
    """Calls that may run or wait for all pages of one user in one process."""
    max_waiting: int = 128
    """Pieces of work that may wait for a thread; over it, calls are refused at once."""
    max_lag: float = 2.0
    """Seconds that the event loop may be late before calls are refused at once."""
    token_age: int = 86_400
    """How long a page may stay unconnected (restored from a browser's cache) and still mount."""
    snapshot_age: int = 300
    """How long the state of a rendered page waits for its socket."""
    checkpoint: bool | None = None
    """Whether open pages are kept in the store, for every process to go on with; None: if there is a Redis."""
    receipt_age: int = 600
    """How long the receipt of an atomic action is kept at least; never shorter than a page can be gone on with."""
    threads: int = 32
    """Threads for sync actions and renders, per process."""
    max_frame: int = 65_536
    """The largest frame a page may send."""
    presence_lease: float = 10.0
    """How long a process that does not renew it is still taken for present, at least; at most 1.8 of these."""
    shared_age: float = 3600.0
    """How long a shared component is kept that nobody has looked at."""
    log_length: int = 1000
    """How many entries the log of a topic keeps …"""
    log_age: int = 600
    """… and for how long."""
    download_dir: str = ""
    """Where files are written that are too large for the socket; several machines need one that they share.
    Empty: a private folder among the temporary files."""
    download_age: int = 600
    """How long the address of a file waits to be fetched."""
    metrics: str = ""
    """Who may read the figures at ``<path>metrics``: whoever says this bearer token, or "local": this machine.
    Empty: nobody."""
    strict_targets: bool = False
    """Whether a missing target is an error where a result does not say."""
    store_name: str = "live"
    """The name of the Alpine store that ``$signals`` go to."""


@lru_cache(maxsize=1)
def conf() -> Conf:
    """The settings as they stand. Raises ``ImproperlyConfigured`` naming an unknown or mistyped setting."""
    given = dict(getattr(settings, "LIVEACTIONS", {}))
    known = {f.name.upper(): f for f in fields(Conf)}
    if unknown := sorted(set(given) - set(known)):
        raise ImproperlyConfigured(
            f"LIVEACTIONS has unknown settings: {', '.join(unknown)}. Known are: {', '.join(sorted(known))}."
        )
    given["REDIS_URL"] = redis_address(given.get("REDIS_URL", os.environ.get("REDIS_URL", "")))
    if "ORIGINS" in given:
        given["ORIGINS"] = tuple(given["ORIGINS"])
    values = {known[name].name: value for name, value in given.items()}
    for name, value in values.items():
        check(name, value)
    return Conf(**values)


def redis_address(said: Any) -> Any:
    """Where Redis is, as an address, in whichever way it is said. What is of no known kind is for ``check``."""
    try:
        if isinstance(said, Mapping):
            return address_of(said)
        if isinstance(said, str):
            sentinels_of(said)
    except ValueError as reason:  # the value is not repeated: it may hold a password
        raise ImproperlyConfigured(f'LIVEACTIONS["REDIS_URL"] leads to no sentinels. {reason}') from None
    return said


def check(name: str, value: object) -> None:
    """Settings are not converted: a number in quotes is a mistake that somebody would like to know of."""
    try:
        TypeAdapter(get_type_hints(Conf)[name]).validate_python(value, strict=True)
    except ValidationError as reason:
        raise ImproperlyConfigured(
            f'LIVEACTIONS["{name.upper()}"] is {value!r}. {reason.errors()[0]["msg"]}. '
            f"Without it, it would be {getattr(Conf(), name)!r}."
        ) from None


def forget(*, setting: str, **_: object) -> None:
    if setting == "LIVEACTIONS":
        conf.cache_clear()


setting_changed.connect(forget)
