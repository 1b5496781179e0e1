"""The word ``Report``: made for the user of the page, then handed over as a download."""

from __future__ import annotations

import logging
from typing import Any

from django.utils.translation import gettext as _

from liveactions import ActionRequest, Close, Download, Error, Report, Toast, performs
from liveactions.contrib.reports.errors import ReportError
from liveactions.contrib.reports.making import make

__all__ = ["hand_over"]

logger = logging.getLogger("liveactions.reports")


@performs(Report)
def hand_over(word: Report, request: ActionRequest) -> Any:
    """The download, and then ``Close`` if it was asked for. A report that fails is told, and closes nothing.

    It is made in the background, on a worker where there is one: the page stays usable, and is given it then.
    """
    text = _("Making the document …")
    if request.later(word):
        return Toast(text)
    try:
        made = make(word, request, lambda done, total: request.progress(done, total, text))
    except ReportError as error:
        logger.warning("The report %r was not made: %s", word.report_id, error)
        return Error(error.message, status=error.status)
    except Exception:  # whatever a template or a hook raises
        logger.exception("The report %r failed.", word.report_id)
        return Error(_("The document could not be made."), status=500)
    finally:
        request.progress(1, 1)
    download = Download(made.filename, made.content, made.mimetype)
    return [download, Close()] if word.close else download
