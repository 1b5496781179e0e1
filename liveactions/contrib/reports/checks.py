"""System checks.

==========================  =======================================================
``live_reports.E001``       WeasyPrint is missing
``live_reports.E002``       the template of a report is missing or cannot be parsed
==========================  =======================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from liveactions.contrib.reports.printing import INSTALL, is_installed
from liveactions.contrib.reports.registry import registered
from liveactions.contrib.reports.report import BaseReport

__all__ = ["check_reports"]


@checks.register("live_reports")
def check_reports(**_: Any) -> list[checks.CheckMessage]:
    messages: list[checks.CheckMessage] = []
    if not is_installed():
        messages.append(
            checks.Error("Reports are installed, but WeasyPrint is not.", hint=INSTALL, id="live_reports.E001")
        )
    return messages + [message for report in registered() for message in wrong(report)]


def wrong(report: BaseReport) -> Iterator[checks.CheckMessage]:
    try:
        get_template(report.template_name)
    except TemplateDoesNotExist:
        hint = f"Make the file, or change template_name of {type(report).__qualname__}."
        seen = f"The template {report.template_name!r} of the report {report.name} does not exist."
        yield checks.Error(seen, hint=hint, id="live_reports.E002")
    except TemplateSyntaxError as error:
        seen = f"The template {report.template_name!r} of the report {report.name} cannot be parsed: {error}"
        yield checks.Error(seen, id="live_reports.E002")
