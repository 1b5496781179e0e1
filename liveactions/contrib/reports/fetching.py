"""What a document may load: static files, media and ``data:``. Everything else is refused, before it is asked for.

The HTML of a report may hold what users have written. Nothing in it can make the server ask an address of its
network, or read a file of its disk: there is no opener for either.
"""

from __future__ import annotations

import base64
import binascii
import logging
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from weasyprint.urls import URLFetcher, URLFetcherResponse

__all__ = ["BASE", "RefusedAddress", "SiteFetcher", "fetcher"]

logger = logging.getLogger("liveactions.security")

BASE = "https://site.invalid/"
"""What relative addresses are relative to. The name belongs to nobody, for ever (RFC 2606)."""

MAX_BYTES = 20 * 1024 * 1024


class RefusedAddress(ValueError):
    """An address that a report may not load. What it was for is left out of the document."""


class SiteFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Reads from Django's storages, never from the network."""

    def fetch(self, url: str, _: Any = None) -> URLFetcherResponse:
        try:
            kind, content = found(url)
        except (RefusedAddress, SuspiciousOperation) as error:
            logger.warning("A report may not load %.200r: %s", url, error)
            raise RefusedAddress(str(error)) from None
        return URLFetcherResponse(url, content, {"Content-Type": kind})

    def open(self, *_: Any, **__: Any) -> Any:
        raise RefusedAddress("Reports do not use the network.")


def fetcher() -> SiteFetcher:
    return SiteFetcher(allowed_protocols=(), allow_redirects=False)


def found(url: str) -> tuple[str, bytes]:
    """The type and content of what ``url`` names. Raises ``RefusedAddress``."""
    if url[:5].lower() == "data:":
        return data_of(url)
    for prefix, opened in ((settings.STATIC_URL, static_file), (settings.MEDIA_URL, media_file)):
        if prefix and (path := below(url, urljoin(BASE, prefix))) is not None:
            return read(path, opened)
    raise RefusedAddress("only static files, media and data: may be loaded.")


def below(url: str, prefix: str) -> str | None:
    """The path of ``url`` under ``prefix``, which must be a folder of a site; None if it is elsewhere."""
    plain = url.partition("#")[0].partition("?")[0]
    if not prefix.endswith("/") or urlsplit(prefix).path in ("", "/") or not plain.startswith(prefix):
        return None
    return unquote(plain[len(prefix) :])


def read(path: str, opened: Callable[[str], IO[bytes]]) -> tuple[str, bytes]:
    if not path or "\0" in path or ".." in path.replace("\\", "/").split("/"):
        raise RefusedAddress("this is not the path of a file.")
    try:
        with opened(path) as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        raise RefusedAddress("there is no such file.") from None
    if len(content) > MAX_BYTES:
        raise RefusedAddress(f"it has more than {MAX_BYTES} bytes.")
    return mimetypes.guess_type(path)[0] or "application/octet-stream", content


def static_file(path: str) -> IO[bytes]:
    """From where ``collectstatic`` has put it, else from where it would take it."""
    try:
        return staticfiles_storage.open(path)
    except Exception:  # noqa: BLE001  # storages raise what they like for a file that is not there
        source = finders.find(path)
    if not isinstance(source, str):
        raise FileNotFoundError(path)
    return Path(source).open("rb")


def media_file(path: str) -> IO[bytes]:
    return default_storage.open(path)


def data_of(url: str) -> tuple[str, bytes]:
    head, comma, body = url[5:].partition(",")
    if not comma:
        raise RefusedAddress("this data: address has no data.")
    kind, *parameters = head.split(";")
    content = unquote_to_bytes(body)
    if parameters and parameters[-1].strip().lower() == "base64":
        try:
            content = base64.b64decode(b"".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            raise RefusedAddress("this data: address is not base64.") from None
    return kind or "text/plain", content
