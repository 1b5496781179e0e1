"""Showing rows, records, texts and components, for people at a page, in a mail, at a terminal, or for a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.db.models import Manager, Model, QuerySet
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from liveactions.components import Component
from liveactions.requests.data import DataOfRequest
from liveactions.requests.links import LinksOfRequest
from liveactions.requests.mounting import html_of
from liveactions.requests.renderers import HtmlRenderer, Renderer, TestRenderer, TextRenderer
from liveactions.requests.tables import display, label_of, shown, table_of

__all__ = ["ShowingRequest"]

DisplayMode = Literal["table", "list", "detail"]


class ShowingRequest(DataOfRequest, LinksOfRequest):
    """What can be shown (``spec``):

    ============================================  =============================================
    a model class, manager, queryset              its rows as a table
    a list of dicts or of model instances         the same
    a model instance, a dict                      a record: names with values
    a component, or its class                     its HTML, rendered without a page
    another request                               its rows
    a text                                        a paragraph (markup if it is marked safe)
    a list of anything else                       each, one after the other
    None                                          the rows of this request
    ============================================  =============================================
    """

    def show(
        self,
        spec: Any = None,
        *,
        title: object = None,
        header_level: int | None = None,
        language: str | None = None,
        check_permission: bool = True,
        stripped: bool = True,
        renderer: Renderer | None = None,
        **options: Any,
    ) -> str | None:
        """Show something through the renderer of this request; the text it made, or None if it was printed.

        ``header_level`` puts a heading above, ``language`` chooses the language. ``options`` for rows are
        ``column_names``, ``display_mode`` ("table", "list", "detail"), ``totals`` (columns with a sum), ``nosummary``,
        ``limit``, ``max_width`` (of a cell, in plain text) and ``show_links``; for a component class, ``params``.
        Raises ``PermissionDenied`` for rows that the user may not view.
        """
        how = renderer or self.renderer or TextRenderer()
        with in_language(language):
            parts = []
            if header_level is not None:
                parts.append(how.heading(self.title_of(spec) if title is None else title, header_level))
            if check_permission:
                self.check_view(spec)
            if spec is None and self.own_columns is not None:
                options = {"column_names": self.own_columns, **options}
            parts.append(self.drawn(spec, how, options))
            document = how.join(part for part in parts if part)
        return how.deliver(
            document if isinstance(document, SafeString) or not stripped else document.strip("\n").rstrip()
        )

    def shows(self, spec: Any = None, **options: Any) -> str:
        """``show`` as a text, whatever the renderer does with it."""
        how = self.renderer or TextRenderer()
        captured = TestRenderer() if isinstance(how, TextRenderer) else how
        return self.show(spec, renderer=captured, **options) or ""

    def show_story(self, story: Iterable[Any], **options: Any) -> str | None:
        """Show several things, one after the other."""
        how = options.pop("renderer", None) or self.renderer or TextRenderer()
        captured = TestRenderer() if isinstance(how, TextRenderer) else how
        return how.deliver(how.join(self.show(spec, renderer=captured, **options) or "" for spec in story))

    def story2html(self, story: Iterable[Any], **options: Any) -> SafeString:
        """The same as HTML."""
        return mark_safe(self.show_story(story, renderer=HtmlRenderer(), **options) or "")  # noqa: S308  # which escaped it

    # How --------------------------------------------------------------------------------------------------------------

    def drawn(self, spec: Any, how: Renderer, options: dict[str, Any]) -> str:
        rows = self.rows_of(spec)
        if rows is not None:
            return self.rows_drawn(rows, how, **options)
        if isinstance(spec, (Model, Mapping)):
            return self.record_drawn(spec, how, **options)
        if isinstance(spec, Component) or is_component(spec):
            return how.paragraph(mark_safe(html_of(spec, self, options.get("params") or {})))  # noqa: S308  # made by templates
        if isinstance(spec, (list, tuple)):
            return how.join(self.drawn(each, how, options) for each in spec)
        return how.paragraph(spec)

    def rows_of(self, spec: Any) -> Iterable[Any] | None:
        """The rows that ``spec`` stands for; None if it stands for something else."""
        if spec is None:
            return self.get_queryset()
        if isinstance(spec, DataOfRequest):
            return spec.get_queryset()
        if isinstance(spec, Manager) or (isinstance(spec, type) and issubclass(spec, Model)):
            return (spec if isinstance(spec, Manager) else spec._default_manager).all()  # noqa: SLF001  # documented
        if isinstance(spec, QuerySet):
            return spec
        if isinstance(spec, (list, tuple)) and spec and all(isinstance(each, type(spec[0])) for each in spec):
            return spec if isinstance(spec[0], (Model, Mapping)) else None
        return None

    def rows_drawn(
        self,
        rows: Iterable[Any],
        how: Renderer,
        *,
        column_names: str | Sequence[str] | None = None,
        display_mode: DisplayMode = "table",
        totals: Sequence[str] = (),
        nosummary: bool = False,
        limit: int | None = None,
        max_width: int | None = None,
        show_links: bool = False,
    ) -> str:
        found: Any = rows if limit is None else rows[:limit]  # type: ignore[index]  # lists and querysets
        if display_mode == "list":
            return how.bullets(self.obj2html(row) if show_links else row for row in found)
        if display_mode == "detail":
            return how.join(self.record_drawn(row, how, column_names=column_names) for row in found)
        table = table_of(found, column_names, () if nosummary else totals)
        return how.table(table, max_width, self.obj2html if show_links else None)

    def record_drawn(self, row: Any, how: Renderer, *, column_names: Any = None, **_: Any) -> str:
        names = column_names.split() if isinstance(column_names, str) else column_names
        if isinstance(row, Mapping):
            return how.pairs([(str(name), row[name]) for name in names or row])
        fields = [field.name for field in row._meta.concrete_fields]  # noqa: SLF001  # documented
        return how.pairs([(label_of(row, name), shown(row, name)) for name in names or fields])

    def title_of(self, spec: Any) -> str:
        rows = self.rows_of(spec)
        if isinstance(rows, QuerySet):
            return str(rows.model._meta.verbose_name_plural).capitalize()  # noqa: SLF001  # documented
        if isinstance(spec, Component) or is_component(spec):
            return (spec if isinstance(spec, type) else type(spec)).__name__
        return display(spec) if isinstance(spec, (Model, str)) else ""

    def check_view(self, spec: Any) -> None:
        """Raises ``PermissionDenied`` for rows of a model that the user may not view."""
        if isinstance(spec, (list, tuple)):
            for each in spec:
                self.check_view(each)
            return
        rows = self.rows_of(spec)
        model = rows.model if isinstance(rows, QuerySet) else type(spec) if isinstance(spec, Model) else None
        if model is not None and not self.may_on(model, "view"):
            raise PermissionDenied(f"You may not view {model._meta.verbose_name_plural}.")  # noqa: SLF001  # documented


def is_component(spec: object) -> bool:
    return isinstance(spec, type) and issubclass(spec, Component)


def in_language(language: str | None) -> AbstractContextManager[Any]:
    return nullcontext() if language is None else translation.override(language)
