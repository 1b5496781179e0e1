"""From what was asked for to a file: who may, which records, in whose language, one document after another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liveactions import ActionRequest
from liveactions.contrib.reports.errors import ReportError
from liveactions.contrib.reports.printing import Sheet, print_sheets
from liveactions.contrib.reports.registry import find
from liveactions.contrib.reports.report import BaseReport, Permission

__all__ = ["Made", "make", "render"]

logger = logging.getLogger("liveactions.reports")

Tell = Callable[[int, int], None]
"""Called with how many documents are done, and how many there will be."""


@dataclass(frozen=True)
class Made:
    """A report that was made."""

    filename: str
    content: bytes
    mimetype: str = "application/pdf"


@dataclass(frozen=True)
class Job:
    """One report about to be made."""

    report: BaseReport
    request: ActionRequest
    records: Sequence[Any] = ()
    data: Mapping[str, Any] | None = None
    contact: Any = None
    language: str | None = None

    def made(self, tell: Tell) -> Made:
        sheets = []
        documents = self.documents()
        for done, records in enumerate(documents):
            tell(done, len(documents))
            sheets.append(self.sheet(records))
        content = print_sheets(self.report, sheets)
        with translation.override(self.language_for(documents[0])):
            filename = self.report.get_filename(self.records, self.data)
        return Made(filename, content)

    def documents(self) -> list[Sequence[Any]]:
        """The records of each document."""
        if self.report.together or not self.records:
            return [self.records]
        return [[record] for record in self.records]

    def sheet(self, records: Sequence[Any]) -> Sheet:
        """The HTML of one document, in the language of its recipient."""
        contact = self.contact_for(records)
        language = self.language_for(records)
        with translation.override(language):
            title = self.report.get_title(records, self.data)
            context = {
                "language": language,
                "title": title,
                "report": self.report,
                "user": self.request.user,
                "contact": contact,
                "records": records,
                "record": records[0] if len(records) == 1 else None,
                "data": self.data,
                **(self.data or {}),
                **self.report.get_context(self.request, records, self.data),
            }
            return Sheet(title, render_to_string(self.report.template_name, context))

    def contact_for(self, records: Sequence[Any]) -> Any:
        if self.contact is not None or len(records) != 1:
            return self.contact
        return self.report.contact_of(records[0])

    def language_for(self, records: Sequence[Any]) -> str:
        contact = self.contact_for(records)
        of_contact = None if contact is None else self.report.language_of(contact)
        for wanted in (self.language, of_contact, self.report.language, translation.get_language()):
            if wanted and (known := supported(wanted)):
                return known
        return settings.LANGUAGE_CODE


def supported(language: str) -> str | None:
    """The language of the site that comes nearest; None if none does."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return None


def render(
    report_id: int | str,
    *,
    instances: Iterable[Model] | None = None,
    data: Mapping[str, Any] | None = None,
    user: Any = None,
    contact: Any = None,
    language: str | None = None,
) -> bytes:
    """A report as the bytes of a PDF, for code: a command, a task, a view.

    Either ``instances`` (taken as they are: the caller answers for them) or ``data``. With ``user``, the report's
    ``permission`` is asked. ``language`` goes before that of ``contact``. Raises ``ReportError``.
    """
    report = find(report_id)
    if (instances is None) == (data is None):
        raise ReportError("A report is about instances or about data.", hint="Give render() one of them.")
    records = list(instances or ())
    if instances is not None:
        check_number(report, records)
    if user is not None:
        check_permission(report, type(records[0]) if records else report.model_for(None), user)
    request = ActionRequest(user=user, is_interactive=False)
    return Job(report, request, records, data, contact, language).made(lambda *_: None).content


def make(word: Any, request: ActionRequest, tell: Tell = lambda *_: None) -> Made:
    """What a ``Report`` asks for, made for the user of ``request``. Raises ``ReportError``."""
    report = find(word.report_id)
    contact = None if word.contact_id is None else report.get_contact(word.contact_id)
    if word.instance_ids is None:
        check_permission(report, None, request.user)
        return Job(report, request, data=word.report_data, contact=contact).made(tell)
    model = model_of(report, word.model)
    check_permission(report, model, request.user)
    records = records_of(report, model, word.instance_ids, request)
    return Job(report, request, records, contact=contact).made(tell)


def model_of(report: BaseReport, named: str | None) -> type[Model]:
    try:
        model = report.model_for(named)
    except LookupError as error:
        raise ReportError(str(error), status=404) from error
    if model is None:
        raise ReportError(
            f"Of which model the records for {report.name} are is not known.",
            hint="Give the report a model, or write Report(…, model=…).",
        )
    return model


def check_permission(report: BaseReport, model: type[Model] | None, user: Any) -> None:
    if not permitted(report.permission_for(model), user):
        raise ReportError(_("You may not print this."), status=403)


def permitted(permission: Permission, user: Any) -> bool:
    if permission is None:
        return True
    if isinstance(permission, str):
        return user is not None and bool(user.has_perm(permission))
    if callable(permission):
        return user is not None and bool(permission(user))
    return all(permitted(each, user) for each in permission)


def records_of(report: BaseReport, model: type[Model], ids: Sequence[int | str], request: ActionRequest) -> list[Model]:
    """The records of these keys, in this order, each once. Raises ``ReportError`` if one is not among those allowed."""
    keys = list(dict.fromkeys(key_of(model, each) for each in ids))
    check_number(report, keys)
    found = {record.pk: record for record in report.get_queryset(request, model).filter(pk__in=known(keys))}
    if lacking := sum(key not in found for key in keys):
        message = ngettext(
            "One record is not there any more, or you may not see it.",
            "%(count)d records are not there any more, or you may not see them.",
            lacking,
        )
        raise ReportError(message % {"count": lacking}, status=404)
    return [found[key] for key in keys]


def key_of(model: type[Model], value: int | str) -> Any:
    """The primary key that ``value`` stands for; None if it cannot be one."""
    try:
        key = model._meta.pk.to_python(value)  # noqa: SLF001  # documented
    except (ValidationError, OverflowError):
        return None
    return None if isinstance(key, int) and not -(2**63) <= key < 2**63 else key  # no database has such a key


def known(keys: Sequence[Any]) -> list[Any]:
    return [key for key in keys if key is not None]


def check_number(report: BaseReport, records: Sequence[Any]) -> None:
    if not records:
        raise ReportError(_("Nothing is selected."), status=422)
    if len(records) > report.max_records:
        message = _("%(count)d records are too many for one document; at most %(limit)d are allowed.")
        raise ReportError(message % {"count": len(records), "limit": report.max_records}, status=422)
