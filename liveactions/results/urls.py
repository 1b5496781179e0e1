"""Which URLs a result may carry. The client checks the same again before it goes anywhere."""

from __future__ import annotations

import re

from liveactions.errors import ResultError

__all__ = ["check_url"]

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)


def check_url(name: str, url: object, *, external: bool) -> None:
    """Refuse what a browser might run or what leaves the site unasked.

    Allowed: paths, queries and fragments of this site; ``http(s)://…`` (the client compares the origin),
    and with ``external=True`` any ``http(s)`` origin. Refused: ``javascript:`` and every other scheme,
    ``//host`` and ``\\\\host``, control characters (browsers drop them, so ``java\\nscript:`` would run).
    """
    if not isinstance(url, str) or not url:
        raise ResultError(f"{name} must be a non-empty string, got {url!r}.")
    if any(ord(character) < 0x20 or character == "\x7f" for character in url) or url != url.strip():
        raise ResultError(f"{name}={url!r} has white space or control characters.", hint="Quote the URL.")
    scheme = SCHEME.match(url)
    if scheme and not WEB.match(url):
        raise ResultError(f"{name}={url!r} is not a web address.", hint="Use a path, or http(s)://host/….")
    if url.replace("\\", "/").startswith("//") and not (external and url.startswith("//")):
        raise ResultError(f"{name}={url!r} leaves the site.", hint="Use a path that starts with one slash.")
