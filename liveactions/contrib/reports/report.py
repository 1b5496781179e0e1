"""What an application writes: one class for each report."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet

from liveactions import ActionRequest
from liveactions.errors import DeclarationError

__all__ = ["BaseReport", "Permission", "model_named"]

Permission: TypeAlias = str | Callable[[Any], bool] | Sequence[str | Callable[[Any], bool]] | None

PAGE_SIZE = re.compile(r"[A-Za-z0-9. ]{1,40}")
PRINTABLE = re.compile(r"[/\\\0\r\n\"]+")


class BaseReport:
    """One kind of document.

    ``template_name`` is an ordinary Django template (``live_reports/base.html`` is there to be extended). It is given
    ``record`` and ``records`` (record-based), the keys of ``data`` (data-based), ``contact``, ``title``, ``report``,
    ``user`` and what ``get_context`` adds.
    """

    id: ClassVar[int | None] = None
    """A number of its own, for what asks by number. (The order of registration would not be the same for ever.)"""
    template_name: ClassVar[str] = ""
    model: ClassVar[type[Model] | str | None] = None
    """Whose records it is about: a class, or ``app.Model``."""
    title: ClassVar[str] = ""
    filename: ClassVar[str] = ""
    """A format: ``"invoice-{record.number}.pdf"``. Known are record, count, data and today."""
    permission: ClassVar[Permission] = None
    """Who may print it: a permission, a function of the user, or several of these, which all must hold.
    None: for records, who may view them; for data, whoever has come as far as the action that answers with it."""
    together: ClassVar[bool] = False
    """True for one document about all records (a list); else one after another, each counting its own pages."""
    max_records: ClassVar[int] = 500
    page_size: ClassVar[str] = "A4"
    """As in CSS: ``"A4"``, ``"A4 landscape"``, ``"80mm 200mm"``."""
    margin: ClassVar[str] = "20mm 18mm"
    css: ClassVar[str] = ""
    stylesheets: ClassVar[Sequence[str]] = ()
    """Static files: ``["shop/print.css"]``."""
    language: ClassVar[str | None] = None
    """The language of the document where its recipient has none; None: that of who prints it."""
    contact_model: ClassVar[type[Model] | str | None] = None
    """What ``contact_id`` is the key of."""

    def __init__(self, name: str) -> None:
        self.name = name
        where = type(self).__qualname__
        if not self.template_name:
            raise DeclarationError(f"{where} has no template.", hint='Write template_name = "shop/invoice.html".')
        for size in (self.page_size, self.margin):
            if not PAGE_SIZE.fullmatch(size):
                raise DeclarationError(f"{where}: {size!r} is not a size in CSS.", hint='Write "A4" or "80mm 200mm".')

    def __repr__(self) -> str:
        return f"<report {self.name}>"

    # ── What a subclass may say ──

    def get_queryset(self, request: ActionRequest, model: type[Model]) -> QuerySet[Any]:
        """The records that this user may have printed. As it is: all of the model."""
        records: QuerySet[Any] = model._default_manager.all()  # noqa: SLF001  # documented
        return records

    def get_context(
        self, request: ActionRequest, records: Sequence[Any], data: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """More for the template."""
        return {}

    def get_title(self, records: Sequence[Any], data: Mapping[str, Any] | None) -> str:
        """The title of the document; as it is ``title``, else what the record or the report is called."""
        return str(self.title or (records[0] if len(records) == 1 else self.name.rpartition(".")[2].replace("_", " ")))

    def get_filename(self, records: Sequence[Any], data: Mapping[str, Any] | None) -> str:
        """The name of the file, without folders."""
        pattern = self.filename or self.name.replace(".", "-")
        record = records[0] if records else None
        name = pattern.format(record=record, count=len(records), data=data or {}, today=datetime.date.today())  # noqa: DTZ011  # a name for people
        name = PRINTABLE.sub("-", name).strip(" .-") or "report"
        return name if name.lower().endswith(".pdf") else f"{name}.pdf"

    def contact_of(self, record: Any) -> Any:
        """For whom the document about ``record`` is, where ``contact_id`` does not say; None: for who prints it."""
        return None

    def get_contact(self, contact_id: int | str) -> Any:
        """The contact of a key, of ``contact_model``; None if there is none."""
        model = model_named(self.contact_model)
        return None if model is None else model._default_manager.filter(pk=contact_id).first()  # noqa: SLF001  # documented

    def language_of(self, contact: Any) -> str | None:
        """The language of a contact: its attribute ``language``."""
        return getattr(contact, "language", None)

    # ── What follows from it ──

    def model_for(self, named: str | None) -> type[Model] | None:
        """The model of the records: the report's own, else the one that was asked for."""
        return model_named(self.model) or model_named(named)

    def permission_for(self, model: type[Model] | None) -> Permission:
        own: Any = type(self).permission  # of the class: a function must not become a method
        if own is not None or model is None:
            return own  # type: ignore[no-any-return]
        options = model._meta  # noqa: SLF001  # documented
        return f"{options.app_label}.{get_permission_codename('view', options)}"


def model_named(model: type[Model] | str | None) -> type[Model] | None:
    """A class, ``app.Model``, or the name of a model where only one app has it. Raises ``LookupError``."""
    if model is None or isinstance(model, type):
        return model
    if "." in model:
        return apps.get_model(model)
    found = [each for each in apps.get_models() if each.__name__.lower() == model.lower()]
    if len(found) != 1:
        raise LookupError(f"{len(found) or 'No'} models are called {model!r}. Write <app>.{model}.")
    return found[0]
