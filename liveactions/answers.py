"""What Django's own exceptions and answers mean in the vocabulary: the ``Translator`` of a server process."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

from liveactions.errors import ResultError
from liveactions.results import Download, Error, Redirect, Result

__all__ = ["DjangoTranslator"]


class DjangoTranslator:
    """``PermissionDenied``, ``Http404`` and ``ValidationError`` have a meaning; of anything else no word gets out."""

    def error(self, exception: Exception) -> tuple[str, Error] | None:
        """(refusal code, what the user is told), or None for an exception without a meaning."""
        if isinstance(exception, PermissionDenied):
            return "action.forbidden", Error(str(exception) or _("Forbidden"), status=403)
        if isinstance(exception, Http404):
            return "action.not_found", Error(_("Not found"), status=404)
        if isinstance(exception, ValidationError):
            return "action.invalid", Error(" ".join(exception.messages), errors=by_field(exception), status=422)
        return None

    def foreign(self, value: Any) -> Result | None:
        """An ``HttpResponse``: a redirect becomes ``Redirect``, an attachment ``Download``.

        Raises ``ResultError`` for every other one.
        """
        if not isinstance(value, HttpResponseBase):
            return None
        if 300 <= value.status_code < 400 and value.has_header("Location"):
            return Redirect(value["Location"])
        if value.status_code == 200 and (filename := attached(value)) is not None:
            return download_of(value, filename)
        raise ResultError(
            f"An HTTP response with status {value.status_code} cannot go over the socket.",
            hint="Return results, HttpResponseRedirect, or a file: FileResponse(file, as_attachment=True).",
        )

    def traceback(self, exception: Exception) -> str | None:
        """The traceback if DEBUG is on; otherwise the page is told nothing."""
        return "".join(traceback.format_exception(exception)) if settings.DEBUG else None


def attached(response: HttpResponseBase) -> str | None:
    """The name of the file if the response is an attachment. Folders in it are left out, as browsers do."""
    kind, parameters = parse_header_parameters(response.get("Content-Disposition", ""))
    if kind != "attachment":
        return None
    name = parameters.get("filename", "").replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in name if character.isprintable()).strip() or "download"


def download_of(response: HttpResponseBase, filename: str) -> Download:
    mimetype = response.get("Content-Type") or "application/octet-stream"
    if isinstance(response, HttpResponse):
        return Download(filename, response.content, mimetype)
    if not isinstance(response, StreamingHttpResponse) or response.is_async:
        raise ResultError(
            "A response that streams asynchronously cannot go over the socket.",
            hint="Stream it from a synchronous iterator, or write a file: Download(filename, path=…).",
        )
    with closing(response):
        return Download.from_chunks(filename, response, mimetype)


@contextmanager
def closing(response: StreamingHttpResponse) -> Iterator[None]:
    """Closes the file of a ``FileResponse``. (Its own ``close`` would tell Django that a request is finished.)"""
    try:
        yield
    finally:
        if isinstance(response, FileResponse) and response.file_to_stream is not None:
            response.file_to_stream.close()


def by_field(exception: ValidationError) -> dict[str, list[str]]:
    if hasattr(exception, "error_dict"):
        return {str(name): list(messages) for name, messages in exception.message_dict.items()}
    return {NON_FIELD_ERRORS: exception.messages}
