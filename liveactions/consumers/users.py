"""The users behind session cookies, by Django's own rules (``django.contrib.auth.get_user``). Nothing here writes.

Those who come at once are read together: with Django's own backends one query reads their sessions, and one their
users. Where an engine or a backend does it in a way of its own, that is asked for each alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_backends,
    get_user_model,
    load_backend,
)
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import cache, cached_db, db, signed_cookies
from django.core.cache import caches
from django.utils import timezone
from django.utils.crypto import constant_time_compare

__all__ = ["portions", "users_of"]

A = TypeVar("A")
B = TypeVar("B")

Session = Mapping[str, Any]
NOTHING: Session = {}

PLAIN = re.compile(r"[A-Za-z0-9_.-]{8,100}")
"""Keys that every database and cache can take. One that a stranger has made up may not spoil what is asked with it."""


class Claim(NamedTuple):
    """Who a session says its user is."""

    backend: str
    pk: Any
    hash: str | None


def users_of(keys: Sequence[str]) -> list[Any]:
    """The user of each of these session keys, an ``AnonymousUser`` where nobody is signed in (any more).

    In place of a user who cannot be read stands the exception. Reads the database; call it in a thread.
    """
    sessions = sessions_of(set(keys))
    claims = [attempted(claim_of, sessions[key]) for key in keys]
    users = [claim if isinstance(claim, Exception) else AnonymousUser() for claim in claims]
    by_backend: dict[str, list[tuple[int, Claim]]] = {}
    for number, claim in enumerate(claims):
        if isinstance(claim, Claim):
            by_backend.setdefault(claim.backend, []).append((number, claim))
    for path, claimed in by_backend.items():
        found = claimed_users(load_backend(path), [claim.pk for _, claim in claimed])
        for (number, claim), user in zip(claimed, found, strict=True):
            if isinstance(user, Exception) or (user is not None and hash_is_good(user, claim.hash)):
                users[number] = user
    return users


def portions(keys: Sequence[str]) -> list[Sequence[str]]:
    """The keys as they are best read: together, or each alone, beside the others, where that saves no query."""
    engine = import_module(settings.SESSION_ENGINE).SessionStore
    quick = any(reads_as(engine, kind) for kind in (*TOGETHER, signed_cookies.SessionStore))
    usual = all(getattr(type(backend), "get_user", None) in USUAL for backend in get_backends())
    return [keys] if quick and usual else [[key] for key in keys]


USUAL = (None, ModelBackend.get_user, BaseBackend.get_user)
"""Ways to read a user that are known here; the last one knows nobody."""


def attempted(function: Callable[[A], B], value: A) -> B | Exception:
    """What ``function`` returns, or raises: one who cannot be read leaves the others alone."""
    try:
        return function(value)
    except Exception as error:  # noqa: BLE001  # it belongs to whoever asked
        return error


def claim_of(session: Session | Exception) -> Claim | None:
    if isinstance(session, Exception):
        raise session
    path = session.get(BACKEND_SESSION_KEY)
    if SESSION_KEY not in session or path not in settings.AUTHENTICATION_BACKENDS:
        return None
    pk = get_user_model()._meta.pk.to_python(session[SESSION_KEY])  # noqa: SLF001  # documented
    return Claim(str(path), pk, session.get(HASH_SESSION_KEY))


def claimed_users(backend: Any, pks: Sequence[Any]) -> list[Any]:
    """The users of these primary keys, each an object of its own; None for one who may not sign in (any more)."""
    if len(pks) == 1 or type(backend).get_user is not ModelBackend.get_user:
        return [attempted(backend.get_user, pk) for pk in pks]
    rows = get_user_model()._default_manager.in_bulk(set(pks))  # noqa: SLF001  # documented
    able = {pk: user for pk, user in rows.items() if backend.user_can_authenticate(user)}
    return [copy(able.get(pk)) for pk in pks]


def hash_is_good(user: Any, session_hash: str | None) -> bool:
    """A session signed with a fallback of ``SECRET_KEY`` is good and is left alone: rotating it needs a response."""
    if not hasattr(user, "get_session_auth_hash"):
        return True
    if not session_hash:
        return False
    fallbacks = getattr(user, "get_session_auth_fallback_hash", lambda: ())
    return any(constant_time_compare(session_hash, good) for good in (user.get_session_auth_hash(), *fallbacks()))


# Sessions --------------------------------------------------------------------------------------------------


def sessions_of(keys: Iterable[str]) -> dict[str, Session | Exception]:
    """What is in each session; nothing, if there is none (any more)."""
    engine = import_module(settings.SESSION_ENGINE).SessionStore
    read = next((read for kind, read in TOGETHER.items() if reads_as(engine, kind)), None)
    together = [key for key in keys if read is not None and PLAIN.fullmatch(key)]
    found: dict[str, Session | Exception] = {}
    if read is not None and len(together) > 1:
        found.update(dict.fromkeys(together, NOTHING), **read(engine, together))
    alone = [key for key in keys if key not in found]
    found.update({key: attempted(lambda key: dict(engine(key).items()), key) for key in alone})
    return found


def from_database(engine: Any, keys: Sequence[str]) -> dict[str, Session]:
    rows = engine.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {row.session_key: engine(row.session_key).decode(row.session_data) for row in rows}


def from_cache(engine: Any, keys: Sequence[str]) -> dict[str, Session]:
    names = {engine.cache_key_prefix + key: key for key in keys}
    cached = caches[settings.SESSION_CACHE_ALIAS].get_many(names)
    return {names[name]: session for name, session in cached.items()}


def from_cache_or_database(engine: Any, keys: Sequence[str]) -> dict[str, Session]:
    cached = attempted(lambda keys: from_cache(engine, keys), keys)
    found = {} if isinstance(cached, Exception) else cached  # as Django does without its cache
    missed = [key for key in keys if key not in found]
    return {**found, **(from_database(engine, missed) if missed else {})}


TOGETHER: dict[Any, Callable[[Any, Sequence[str]], dict[str, Session]]] = {
    db.SessionStore: from_database,
    cache.SessionStore: from_cache,
    cached_db.SessionStore: from_cache_or_database,
}
"""How the sessions of Django's own engines are read together."""

WAYS = ("__init__", "load", "_get_session_from_db", "cache_key")


def reads_as(engine: Any, kind: Any) -> bool:
    """Whether sessions of this engine are found as those of ``kind`` are: it may differ in everything else."""
    return issubclass(engine, kind) and all(getattr(engine, way, None) is getattr(kind, way, None) for way in WAYS)
