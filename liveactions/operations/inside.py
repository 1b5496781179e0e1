"""What the doctor looks at in the process that it runs in: settings, checks, Redis, the layer, one broadcast."""

from __future__ import annotations

import asyncio
import importlib.metadata
import platform
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import fields
from typing import Any

from asgiref.sync import sync_to_async
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from liveactions.bus import abroadcast, hub
from liveactions.bus.layer import Doorbell, layer, ring
from liveactions.bus.news import Entry
from liveactions.conf import Conf, conf
from liveactions.errors import LiveActionsError
from liveactions.operations.findings import Finding, bad, good, note
from liveactions.runtime.ports import Place
from liveactions.store.clients import attempt, client
from liveactions.version import __version__

__all__ = ["looks_inside"]

SLOW = 0.25
"""Seconds after which news have come by the log, because nobody heard the doorbell."""

PATIENCE = 3.0

OLDEST_REDIS = (6, 2)

SECRET = frozenset({"redis_url", "metrics"})
"""Settings whose values are not told."""


async def looks_inside() -> AsyncIterator[Finding]:
    """Everything that can be seen from here. Never raises."""
    yield versions()
    for finding in settings():
        yield finding
    for finding in await sync_to_async(lambda: list(system_checks()))():  # some of Django's ask the database
        yield finding
    if not conf().redis_url:
        yield note("redis", "REDIS_URL is not set: one process, and everything in its memory.", ONE_PROCESS)
    else:
        for finding in await redis():
            yield finding
    yield await layer_round_trip()
    yield await broadcast_round_trip()


ONE_PROCESS = "With several processes, set REDIS_URL to one Redis for all of them."


def versions() -> Finding:
    wanted = ("Django", "channels", "channels-redis", "redis", "daphne", "uvicorn", "msgpack", "pydantic")
    told = [f"{name} {version}" for name in wanted if (version := version_of(name))]
    return good("versions", f"liveactions {__version__}, Python {platform.python_version()}, {', '.join(told)}")


def version_of(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def settings() -> Iterator[Finding]:
    try:
        given = conf()
    except ImproperlyConfigured as error:
        yield bad("settings", str(error), "Mend LIVEACTIONS.")
        return
    others = {
        each.name: getattr(given, each.name) for each in fields(Conf) if getattr(given, each.name) != each.default
    }
    told = [f"{name.upper()}={'…' if name in SECRET else repr(value)}" for name, value in others.items()]
    yield good("settings", ", ".join(told) or "all as they are by default")


def system_checks() -> Iterator[Finding]:
    """What ``manage.py check --deploy`` says of us; of the rest only how much it is."""
    messages = checks.run_checks(include_deployment_checks=True)
    own = [
        message for message in messages if (message.id or "").startswith("liveactions.") and not message.is_silenced()
    ]
    for message in own:
        make = bad if message.is_serious() else note
        yield make(f"check {message.id}", message.msg, message.hint or "See manage.py check --deploy.")
    others = [message for message in messages if message not in own and message.is_serious()]
    if others:
        yield bad("checks", f"{len(others)} errors in other apps.", "See manage.py check --deploy.")
    elif not own:
        yield good("checks", "manage.py check --deploy has no complaints about live pages.")


# Redis -------------------------------------------------------------------------------------------------------------


async def redis() -> list[Finding]:
    async def work() -> tuple[Mapping[str, Any], float]:
        began = time.perf_counter()
        await client(conf().redis_url).ping()
        took = time.perf_counter() - began
        return await client(conf().redis_url).info(), took

    try:
        await attempt(work)  # the first one connects
        info, took = await attempt(work)
    except LiveActionsError as error:
        return [bad("redis", str(error), error.hint or "Start it.")]
    return [reached(info, took), eviction(info), persistence(info)]


def reached(info: Mapping[str, Any], took: float) -> Finding:
    version = str(info.get("redis_version", "?"))
    seen = f"version {version}, answers in {took * 1000:.1f} ms, {info.get('connected_clients', '?')} clients"
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < OLDEST_REDIS:
        return bad("redis", seen, "Use Redis 6.2 or newer.")
    return (
        good("redis", seen) if took < 0.05 else note("redis", seen, "It is far away or busy: every call waits so long.")
    )


def eviction(info: Mapping[str, Any]) -> Finding:
    policy, most = str(info.get("maxmemory_policy", "?")), int(info.get("maxmemory", 0) or 0)
    used = f"{info.get('used_memory_human', '?')} used, "
    limit = f"at most {info.get('maxmemory_human')}" if most else "no limit"
    seen = f"maxmemory-policy {policy}, {used}{limit}"
    if policy == "noeviction" or not most:
        return good("redis memory", seen)
    return bad(
        "redis memory",
        seen,
        "When memory is full, news and state would be thrown away. Set maxmemory-policy noeviction.",
    )


def persistence(info: Mapping[str, Any]) -> Finding:
    kept = (
        "append-only file" if info.get("aof_enabled") else "snapshots" if info.get("rdb_last_save_time") else "nothing"
    )
    seen = f"{kept}; role {info.get('role', '?')}"
    if info.get("role") not in (None, "master"):
        return bad("redis persistence", seen, "REDIS_URL leads to a replica, which cannot be written to.")
    return good("redis persistence", f"{seen}. After a restart without data every page is rendered afresh, once.")


# The bus -----------------------------------------------------------------------------------------------------------


async def layer_round_trip() -> Finding:
    """A doorbell is rung by one connection of the layer and heard by another."""
    what, group = "channel layer", f"live.doctor.{secrets.token_hex(4)}"
    listener = Doorbell(layer())
    entry = Entry(group.removeprefix("live.topic."), "doctor", 1, 1, b"", None, {}, None)
    try:
        stream = f"doctor.{secrets.token_hex(4)}"
        await listener.join(f"live.topic.{stream}")
        began = time.perf_counter()
        await ring(layer(), entry._replace(stream=stream))
        await asyncio.wait_for(listener.heard(), PATIENCE)
        took = time.perf_counter() - began
        await listener.close()
    except Exception as error:  # noqa: BLE001  # a layer raises what it likes
        seen = f"{type(layer()).__name__}: {type(error).__name__} {error}".strip()
        return bad(what, seen, "News arrive up to a second late. Check CHANNEL_LAYERS and its hosts.")
    return good(what, f"{type(layer()).__name__}, there and back in {took * 1000:.1f} ms")


class Listener:
    """Follows one topic, and hears one event."""

    page_id = ""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        """Nothing of the kind is sent."""

    def hear(self, *_: object) -> None:
        self.heard.set()

    def lost(self, stream: str) -> None:
        """It will time out."""


async def broadcast_round_trip() -> Finding:
    """What an application does: ``broadcast`` to a topic, and a page that follows it."""
    what, topic, listener = "a broadcast", f"doctor.{secrets.token_hex(4)}", Listener()
    try:
        await hub().follow(topic, listener)
        began = time.perf_counter()
        await abroadcast(topic, event="looked", on_commit=False)
        await asyncio.wait_for(listener.heard.wait(), PATIENCE)
        took = time.perf_counter() - began
        await hub().leave(listener)
    except (LiveActionsError, asyncio.TimeoutError) as error:
        return bad(
            what, f"did not arrive: {str(error) or 'nothing came'}", "See what is said of redis and the channel layer."
        )
    seen = f"arrived after {took * 1000:.1f} ms"
    if took > SLOW:
        return bad(what, f"{seen}: by the log, not by the doorbell", "See what is said of the channel layer.")
    return good(what, seen)
