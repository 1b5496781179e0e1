"""System checks: ``manage.py check`` finds a wrong set-up and says how to mend it.

========  =============================================================================================
``E001``  ``ASGI_APPLICATION`` is missing, or names something that cannot be found
``E002``  the channel layer is missing or cannot be made
``E003``  redis-py 8 with channels_redis' core layer and a socket timeout of 5 s or less
``W004``  several processes, but everything is kept in the memory of one
``E005``  a setting in ``LIVEACTIONS`` is unknown or has the wrong type
``E006``  a component's template is missing or cannot be parsed
``W007``  (``--deploy``) the session, which a WebSocket trusts, is not protected well enough
``W008``  ``runserver`` would not serve WebSockets
``E009``  sessions or authentication are not installed
``W010``  daphne is too old to be put on the internet
``W011``  ``ASGI_APPLICATION`` does not seem to go through ``liveactions.asgi``
``W012``  the channel layer is on Redis, but news would be kept in one process
``W013``  a template has a dynamic value in a place where escaping does not help
``W014``  (``--database``) actions are atomic, but the tables of receipts are missing
``E015``  an action is atomic in a database that is not among ``DATABASES``
========  =============================================================================================

In ``SILENCED_SYSTEM_CHECKS`` each is written with the package's name: ``"liveactions.W008"``.
The checks are registered when this module is imported.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.template import TemplateSyntaxError
from django.utils.module_loading import import_string

from liveactions.components import registry
from liveactions.conf import conf
from liveactions.errors import LocalError
from liveactions.ledger import databases as committed_in
from liveactions.models import Dispatch, Receipt
from liveactions.templating import template_of
from liveactions.templating.explain import dangers
from liveactions.templating.program import program_of

__all__ = ["TAG"]

TAG = "liveactions"

Check = Callable[[], Iterable[checks.CheckMessage]]


def check(function: Check) -> Check:
    """Register a function that yields messages."""
    checks.register(lambda **_: list(function()), TAG)
    return function


def deploy_check(function: Check) -> Check:
    """Register a function whose messages only ``manage.py check --deploy`` shows."""
    checks.register(lambda **_: list(function()), TAG, deploy=True)
    return function


def error(number: str, seen: str, hint: str) -> checks.Error:
    return checks.Error(seen, hint=hint, id=f"{TAG}.{number}")


def warning(number: str, seen: str, hint: str) -> checks.Warning:
    return checks.Warning(seen, hint=hint, id=f"{TAG}.{number}")


# ── The server ──

ASGI_HINT = (
    'Set ASGI_APPLICATION = "<project>.asgi.application", and in that asgi.py write: '
    "from liveactions.asgi import get_asgi_application; application = get_asgi_application()."
)


@check
def asgi_application() -> Iterator[checks.CheckMessage]:
    """E001, W011. The module is read, not run: a check must not start an application."""
    path = getattr(settings, "ASGI_APPLICATION", None)
    if path is None:
        if apps.is_installed("daphne"):  # its runserver asks for it; other servers are told on their command line
            yield error("E001", "ASGI_APPLICATION is not set.", ASGI_HINT)
        return
    source = source_of(path.rpartition(".")[0])
    if source is None:
        yield error("E001", f"ASGI_APPLICATION is {path!r}, and there is no such module.", ASGI_HINT)
    elif not any("liveactions" in text for text in (source, *sources_named_in(source))):
        yield warning("W011", f"ASGI_APPLICATION is {path!r}, and that module does not mention liveactions.", ASGI_HINT)


def source_of(module: str) -> str | None:
    """The text of a module that need not be imported; "" if it has none (compiled), None if there is no module."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if not spec.origin or not spec.origin.endswith(".py"):
        return ""
    return Path(spec.origin).read_text(encoding="utf-8", errors="replace")


def sources_named_in(source: str) -> Iterator[str]:
    """The modules that ``source`` imports from, one step deep: the application may be put together elsewhere."""
    for name in re.findall(r"^\s*(?:from|import)\s+([\w.]+)", source, re.MULTILINE):
        if name.split(".")[0] not in {"django", "channels"}:
            yield source_of(name) or ""


@check
def runserver() -> Iterator[checks.CheckMessage]:
    """W008: Django's own runserver knows no WebSockets; daphne's, found first, does."""
    if not apps.is_installed("daphne") or comes_after("daphne", "django.contrib.staticfiles"):
        yield warning(
            "W008",
            "manage.py runserver will serve HTTP only: every page will say that it is offline.",
            'Put "daphne" before "django.contrib.staticfiles" in INSTALLED_APPS. '
            "(Not needed if you only ever start an ASGI server yourself; then silence this check.)",
        )


def comes_after(name: str, other: str) -> bool:
    names = [config.name for config in apps.get_app_configs()]
    return other in names and names.index(name) > names.index(other)


@check
def daphne_version() -> Iterator[checks.CheckMessage]:
    """W010: below 4.2.2, one connection can use up daphne's memory."""
    installed = version_of("daphne")
    if installed is not None and installed < (4, 2, 2):
        seen = f"daphne {dotted(installed)} is too old to be put on the internet."
        yield warning("W010", seen, 'pip install --upgrade "daphne>=4.2.2"')


def version_of(distribution: str) -> tuple[int, ...] | None:
    """The numbers of an installed version: ``(8, 1, 0)``; None if it is not installed."""
    try:
        text = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


# ── The channel layer ──

CORE_LAYER = "channels_redis.core.RedisChannelLayer"
PUBSUB_LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"
MEMORY_LAYER = "channels.layers.InMemoryChannelLayer"
BLOCKING_POP = 5.0
"""Seconds for which the core layer waits in one command; from redis-py 8 on also the default socket timeout."""


@check
def channel_layer() -> Iterator[checks.CheckMessage]:
    """E002, E003: the layer can be made, and lives longer than five seconds."""
    layers = getattr(settings, "CHANNEL_LAYERS", None)
    alias = layer_alias()
    if not layers or alias is None:
        return  # the package makes its own, or E005 has spoken
    if alias in layers:
        yield from backend(alias, layers[alias])
        yield from socket_timeouts(alias, layers[alias])
        return
    known = ", ".join(sorted(layers))
    hint = f'Add {alias!r} to CHANNEL_LAYERS, or set LIVEACTIONS = {{"CHANNEL_LAYER": one of: {known}}}.'
    yield error("E002", f"There is no channel layer {alias!r}.", hint)


@check
def one_redis() -> Iterator[checks.CheckMessage]:
    """W012: the layer reaches other processes, but what it rings for would be kept in the memory of one."""
    layer = (getattr(settings, "CHANNEL_LAYERS", None) or {}).get(layer_alias() or "", {})
    if not str(layer.get("BACKEND", "")).startswith("channels_redis.") or memory_is_shared():
        return
    yield warning(
        "W012",
        "The channel layer is on Redis, but LIVEACTIONS has no REDIS_URL: processes will not hear each other.",
        'Set LIVEACTIONS = {"REDIS_URL": "redis://…"}, or the environment variable REDIS_URL.',
    )


def memory_is_shared() -> bool:
    try:
        return bool(conf().redis_url)
    except ImproperlyConfigured:
        return True  # E005 has spoken


def layer_alias() -> str | None:
    try:
        return conf().channel_layer
    except ImproperlyConfigured:
        return None


def backend(alias: str, layer: Mapping[str, Any]) -> Iterator[checks.CheckMessage]:
    path = layer.get("BACKEND", "")
    try:
        found = import_string(path)
    except ImportError as reason:
        seen = f"The BACKEND of the channel layer {alias!r}, {path!r}, cannot be imported: {reason}."
    else:
        if hasattr(found, "group_send") or hasattr(found, "__getattr__"):  # the Pub/Sub layer hands on what it is asked
            return
        seen = f"The BACKEND of the channel layer {alias!r}, {path!r}, is not a channel layer."
    yield error("E002", seen, f'In production use {{"BACKEND": "{PUBSUB_LAYER}", "CONFIG": {{"hosts": [url]}}}}.')


def socket_timeouts(alias: str, layer: Mapping[str, Any]) -> Iterator[checks.CheckMessage]:
    """E003: a socket that gives up just when its blocking command would have answered loses the connection."""
    redis = version_of("redis") or ()
    if layer.get("BACKEND") != CORE_LAYER or redis < (8,):
        return
    timeouts = [timeout for host in hosts_of(layer) if (timeout := socket_timeout(host)) is not None]
    if timeouts and min(timeouts) <= BLOCKING_POP:
        yield error(
            "E003",
            f"The channel layer {alias!r} will lose every idle connection after 5 seconds "
            f"(redis-py {dotted(redis)}, socket_timeout={min(timeouts):g}).",
            f'Write "hosts": [{{"address": "redis://…", "socket_timeout": None}}], or use "{PUBSUB_LAYER}".',
        )


def hosts_of(layer: Mapping[str, Any]) -> list[Any]:
    """The hosts as configured: URLs, (host, port) pairs or dictionaries. Without any, channels_redis uses its own."""
    hosts = layer.get("CONFIG", {}).get("hosts") or [("localhost", 6379)]
    return [hosts] if isinstance(hosts, (str, bytes)) else list(hosts)


def socket_timeout(host: Any) -> float | None:
    """Seconds a socket to this host waits; None: for ever. What is not said is redis-py 8's default."""
    options = host if isinstance(host, Mapping) else {"address": host}
    if "socket_timeout" in options:
        return None if options["socket_timeout"] is None else float(options["socket_timeout"])
    address = options.get("address")
    query = parse_qs(urlsplit(address).query) if isinstance(address, str) else {}
    return float(query["socket_timeout"][0]) if "socket_timeout" in query else BLOCKING_POP


# ── Several processes ──


@check
def several_processes() -> Iterator[checks.CheckMessage]:
    """W004 where the environment says that there are several."""
    if said_to_be_several():
        yield from memory_only(f"WEB_CONCURRENCY is {os.environ['WEB_CONCURRENCY']}")


@deploy_check
def several_processes_deployed() -> Iterator[checks.CheckMessage]:
    """W004 for a deployment, which seldom stays with one process."""
    if not said_to_be_several():
        yield from memory_only("A deployment seldom stays with one process")


def said_to_be_several() -> bool:
    workers = os.environ.get("WEB_CONCURRENCY", "")
    return workers.isdigit() and int(workers) > 1


def memory_only(seen: str) -> Iterator[checks.CheckMessage]:
    alias = layer_alias()
    if alias is None:
        return  # E005 has spoken
    layer = (getattr(settings, "CHANNEL_LAYERS", None) or {}).get(alias, {})
    if not conf().redis_url or layer.get("BACKEND") == MEMORY_LAYER:
        yield warning(
            "W004",
            f"{seen}, but broadcasts stay in the memory of one: pages of another process would not hear them.",
            f"Set REDIS_URL in the environment or in LIVEACTIONS, and do not name {MEMORY_LAYER} in CHANNEL_LAYERS.",
        )


# ── Settings ──


@check
def own_settings() -> Iterator[checks.CheckMessage]:
    """E005: unknown names, and values of the wrong type."""
    try:
        conf()
    except ImproperlyConfigured as reason:
        yield error("E005", str(reason), "Mend it, or remove it.")


ACCOUNTS = {
    "django.contrib.sessions": "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth": "django.contrib.auth.middleware.AuthenticationMiddleware",
}


@check
def accounts() -> Iterator[checks.CheckMessage]:
    """E009: a page session belongs to a user, whom the HTTP session names."""
    missing = [f'"{app}" in INSTALLED_APPS' for app in ACCOUNTS if not apps.is_installed(app)]
    missing += [f'"{path}" in MIDDLEWARE' for path in ACCOUNTS.values() if not has_middleware(path)]
    if missing:
        seen = f"liveactions needs sessions and authentication; missing: {', '.join(missing)}."
        yield error("E009", seen, "Add them as `django-admin startproject` does.")


def has_middleware(path: str) -> bool:
    """Whether ``path``, or a class derived from it, is in ``MIDDLEWARE``."""
    return path in settings.MIDDLEWARE or any(is_kind_of(other, path) for other in settings.MIDDLEWARE)


def is_kind_of(path: str, base: str) -> bool:
    try:
        candidate = import_string(path)
        return isinstance(candidate, type) and issubclass(candidate, import_string(base))
    except ImportError:
        return False  # Django's own error, raised when the middleware is loaded


@deploy_check
def session_protection() -> Iterator[checks.CheckMessage]:
    """W007: a WebSocket is as trustworthy as the cookie and the host name that came with its handshake."""
    weak = {
        (
            "SESSION_COOKIE_SECURE is not set: the cookie that opens a WebSocket may travel unencrypted.",
            "Set SESSION_COOKIE_SECURE = True.",
        ): not settings.SESSION_COOKIE_SECURE,
        (
            "SESSION_COOKIE_SAMESITE is switched off: other sites' pages may send the session cookie.",
            'Set SESSION_COOKIE_SAMESITE = "Lax" or "Strict".',
        ): str(settings.SESSION_COOKIE_SAMESITE).lower() in {"none", "false"},
        (
            'ALLOWED_HOSTS holds "*": the origin of a WebSocket is compared with a name that anybody may choose.',
            "List the host names of the site.",
        ): "*" in settings.ALLOWED_HOSTS,
    }
    for (seen, hint), is_weak in weak.items():
        if is_weak:
            yield warning("W007", seen, hint)


# ── Databases ──


@checks.register(checks.Tags.database)
def receipts(databases: Collection[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """W014: where actions are committed there are tables for their receipts. Without Redis nobody reads any."""
    asked = [name for name in committed_in(registry) if name in (databases or ())] if conf().redis_url else []
    return [
        warning(
            "W014",
            f"Actions are atomic in the database {name!r}, where the tables for it are missing: each would fail.",
            f"Run manage.py migrate liveactions --database {name}.",
        )
        for name in asked
        if TABLES.difference(connections[name].introspection.table_names())
    ]


@check
def databases_of_actions() -> Iterator[checks.CheckMessage]:
    """E015: an action can only be committed in a database that there is."""
    for name in committed_in(registry):
        if name not in settings.DATABASES:
            known = ", ".join(sorted(settings.DATABASES))
            yield error("E015", f"An action is atomic in {name!r}, which is not in DATABASES.", f"There are: {known}.")


TABLES = {model._meta.db_table for model in (Receipt, Dispatch)}  # noqa: SLF001  # documented


# ── Components ──


@check
def templates() -> Iterator[checks.CheckMessage]:
    """E006: every registered component has a template that can be parsed."""
    for name in registry.names():
        try:
            template_of(registry.get(name))
        except LocalError as missing:
            yield error("E006", missing.message, missing.hint)
        except TemplateSyntaxError as reason:
            yield error("E006", f"{name}: its template cannot be parsed: {reason}.", "Mend the template.")


@check
def dangerous_places() -> Iterator[checks.CheckMessage]:
    """W013: no dynamic value stands where a visitor's text could become code."""
    for name in registry.names():
        component: Any = registry.get(name)
        try:
            program = program_of(template_of(component), component)
        except (LocalError, TemplateSyntaxError):
            continue  # E006 has spoken
        for danger in dangers(program) if program is not None else ():
            where = f"{danger.template or name}:{danger.line}"
            yield warning("W013", f"{where}: {danger.place}: {danger.sentence}", f"See manage.py live explain {name}.")
