"""Who may come in: the origin of a handshake, and the user behind its cookies. Nothing here writes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.models import AnonymousUser
from django.http.request import HttpRequest, split_domain_port, validate_host
from django.middleware.csrf import get_token
from django.utils.crypto import constant_time_compare

from liveactions.conf import conf
from liveactions.runtime import Surroundings

__all__ = ["browser_of", "digest_of", "headers_of", "origin_is_allowed", "surroundings_of"]

logger = logging.getLogger("liveactions.security")

DEBUG_HOSTS = [".localhost", "127.0.0.1", "[::1]"]


def headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The headers of an ASGI scope by lower-case name; of a repeated one the first."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return headers


def origin_is_allowed(scope: Mapping[str, Any]) -> bool:
    """Whether the page that opens this socket is one of ours: scheme, host and port must be the same.

    Besides the site's own origin, ``LIVEACTIONS["ORIGINS"]`` and the exact entries of Django's
    ``CSRF_TRUSTED_ORIGINS`` may connect. No Origin, or ``null``, may not.
    """
    headers = headers_of(scope)
    origin = headers.get("origin", "")
    if origin and origin in (own_origin(scope, headers), *conf().origins, *settings.CSRF_TRUSTED_ORIGINS):
        return True
    logger.warning(
        "A WebSocket from origin %r was refused; this site is %r. Behind a proxy that ends TLS, set"
        " SECURE_PROXY_SSL_HEADER; for another origin, LIVEACTIONS['ORIGINS'].",
        origin[:200],
        own_origin(scope, headers),
    )
    return False


def own_origin(scope: Mapping[str, Any], headers: Mapping[str, str]) -> str | None:
    """``scheme://host[:port]`` as the browser knows this site, or None if the Host header is not allowed."""
    host = headers.get("x-forwarded-host") if settings.USE_X_FORWARDED_HOST else None
    host = host or headers.get("host", "")
    allowed = settings.ALLOWED_HOSTS or (DEBUG_HOSTS if settings.DEBUG else [])
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, allowed):
        return None
    return f"{scheme_of(scope, headers)}://{host}"


def scheme_of(scope: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        told = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower())
        if told is not None:
            return "https" if told.split(",")[0].strip() == secure else "http"
    return "https" if scope.get("scheme") == "wss" else "http"


def surroundings_of(scope: Mapping[str, Any]) -> Surroundings:
    """For whom a page is rendered. Reads the database; call it in a thread."""
    headers = headers_of(scope)
    cookies = cookies_of(headers)
    return Surroundings(
        user=user_of(cookies),
        csrf=partial(csrf_token, cookies.get(settings.CSRF_COOKIE_NAME)),
        session=digest_of(cookies.get(settings.SESSION_COOKIE_NAME)),
        origin=headers.get("origin", ""),
        user_now=partial(user_of, cookies),
    )


def browser_of(scope: Mapping[str, Any]) -> tuple[str, str]:
    """The browser session of a handshake, as a digest, and its origin. Asks nobody."""
    headers = headers_of(scope)
    return digest_of(cookies_of(headers).get(settings.SESSION_COOKIE_NAME)), headers.get("origin", "")


def digest_of(session_key: str | None) -> str:
    """Tells sessions apart without giving one away; nothing for a browser without a session."""
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


def csrf_token(secret: str | None) -> str:
    """A fresh token for the secret of this browser's CSRF cookie; empty if it has none."""
    if not secret:
        return ""
    request = HttpRequest()
    request.META["CSRF_COOKIE"] = secret
    return get_token(request)


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    for part in headers.get("cookie", "").split(";"):
        try:
            jar.load(part.strip())
        except CookieError:
            continue
    return {name: morsel.value for name, morsel in jar.items()}


def user_of(cookies: Mapping[str, str]) -> Any:
    """The user of a session cookie, by Django's own rules (``django.contrib.auth.get_user``), without writing.

    A session signed with a fallback of ``SECRET_KEY`` is good and is left alone: rotating it needs a response
    that could set the new cookie.
    """
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return AnonymousUser()
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    backend_path = session.get(BACKEND_SESSION_KEY)
    if SESSION_KEY not in session or backend_path not in settings.AUTHENTICATION_BACKENDS:
        return AnonymousUser()
    user_id = get_user_model()._meta.pk.to_python(session[SESSION_KEY])  # noqa: SLF001  # documented
    user = load_backend(backend_path).get_user(user_id)
    return user if user is not None and hash_is_good(user, session.get(HASH_SESSION_KEY)) else AnonymousUser()


def hash_is_good(user: Any, session_hash: str | None) -> bool:
    if not hasattr(user, "get_session_auth_hash"):
        return True
    if not session_hash:
        return False
    fallbacks = getattr(user, "get_session_auth_fallback_hash", lambda: ())
    return any(constant_time_compare(session_hash, good) for good in (user.get_session_auth_hash(), *fallbacks()))
