"""What Django's own exceptions and answers mean in the vocabulary: the ``Translator`` of a server process."""

from __future__ import annotations

import traceback
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from liveactions.errors import ResultError
from liveactions.results import Error, Redirect, Result

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
        """An ``HttpResponse``: a redirect becomes ``Redirect``. Raises ``ResultError`` for every other one."""
        if not isinstance(value, HttpResponseBase):
            return None
        if 300 <= value.status_code < 400 and value.has_header("Location"):
            return Redirect(value["Location"])
        raise ResultError(
            f"An HTTP response with status {value.status_code} cannot go over the socket.",
            hint="Return results, or HttpResponseRedirect.",
        )

    def traceback(self, exception: Exception) -> str | None:
        """The traceback if DEBUG is on; otherwise the page is told nothing."""
        return "".join(traceback.format_exception(exception)) if settings.DEBUG else None


def by_field(exception: ValidationError) -> dict[str, list[str]]:
    if hasattr(exception, "error_dict"):
        return {str(name): list(messages) for name, messages in exception.message_dict.items()}
    return {NON_FIELD_ERRORS: exception.messages}
