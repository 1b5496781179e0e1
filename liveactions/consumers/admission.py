"""Who may come in: the origin of a handshake, and what its cookies say. Nothing here asks anybody."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http.cookie import parse_cookie
from django.http.request import HttpRequest, split_domain_port, validate_host
from django.middleware.csrf import get_token

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


async def surroundings_of(scope: Mapping[str, Any], user_of: Callable[[str], Awaitable[Any]]) -> Surroundings:
    """For whom a page is rendered. ``user_of`` reads the user of a session key."""
    headers = headers_of(scope)
    cookies = cookies_of(headers)
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    user_now = partial(user_of, key) if key else nobody
    return Surroundings(
        user=await user_now(),
        csrf=partial(csrf_token, cookies.get(settings.CSRF_COOKIE_NAME)),
        session=digest_of(key),
        origin=headers.get("origin", ""),
        user_now=user_now,
    )


async def nobody() -> AnonymousUser:
    """The user of a browser without a session."""
    return AnonymousUser()


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
    """By name, as Django reads them from a request."""
    return parse_cookie(headers.get("cookie", ""))
