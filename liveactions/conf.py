"""Settings: Django's ``LIVEACTIONS`` dictionary, read once into one frozen object.

The floors below receive values, never ``settings``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

__all__ = ["Conf", "conf"]


@dataclass(frozen=True, slots=True)
class Conf:
    """Every setting with its default. Durations are seconds, sizes bytes."""

    redis_url: str = ""
    """Where Redis is; default: the environment's ``REDIS_URL``. Empty: everything in this one process."""
    channel_layer: str = "default"
    """The alias in ``CHANNEL_LAYERS``; without ``CHANNEL_LAYERS`` the package makes its own layer."""
    path: str = "/live/"
    """The URL path of the WebSocket."""
    origins: tuple[str, ...] = ()
    """Origins that may connect besides the site's own, each exactly ``scheme://host[:port]``."""
    heartbeat: float = 10.0
    token_age: int = 86_400
    """How long a page may stay unconnected (restored from a browser's cache) and still mount."""
    snapshot_age: int = 300
    """How long the state of a rendered page waits for its socket."""
    join_timeout: float = 5.0
    """How long a socket may stay open without a HELLO."""
    resume_window: float = 60.0
    """How long a page session waits for its page after the socket was lost."""
    recheck: float = 60.0
    """How often the user of an open page is read again; a sign-out ends its pages at once."""
    action_timeout: float = 30.0
    threads: int = 32
    """Threads for sync actions and renders, per process."""
    max_frame: int = 65_536
    max_pending: int = 16
    """Calls of one page that may wait."""
    max_components: int = 200
    max_topics: int = 128
    max_outbox: int = 4 * 1024 * 1024
    """Bytes that may wait for one page before it is closed as too slow."""
    max_replay: int = 1024 * 1024
    """Bytes of unacknowledged frames kept for a page to resume."""
    rate_burst: int = 60
    rate_per_second: float = 30.0
    """Token bucket for what one page sends."""
    log_length: int = 1000
    log_age: int = 600
    """How many entries a topic's log keeps, and how long."""
    strict_targets: bool = False
    """Whether a missing target is an error where a result does not say."""
    store_name: str = "live"
    """The name of the Alpine store that ``$signals`` go to."""
    atomic: bool = False
    """Whether sync actions run in a transaction where ``@action(atomic=…)`` does not say."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Settings of contrib packages, by name."""


@lru_cache(maxsize=1)
def conf() -> Conf:
    """The settings as they stand. Raises ``ImproperlyConfigured`` naming an unknown or mistyped setting."""
    given = dict(getattr(settings, "LIVEACTIONS", {}))
    known = {f.name.upper(): f for f in fields(Conf)}
    if unknown := sorted(set(given) - set(known)):
        raise ImproperlyConfigured(
            f"LIVEACTIONS has unknown settings: {', '.join(unknown)}. Known are: {', '.join(sorted(known))}."
        )
    given.setdefault("REDIS_URL", os.environ.get("REDIS_URL", ""))
    if "ORIGINS" in given:
        given["ORIGINS"] = tuple(given["ORIGINS"])
    return Conf(**{known[name].name: value for name, value in given.items()})


def forget(*, setting: str, **_: object) -> None:
    if setting == "LIVEACTIONS":
        conf.cache_clear()


setting_changed.connect(forget)
