"""Links to rows and pages, as HTML in which everything is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.urls import get_script_prefix
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from liveactions.requests.rows import RowsOfRequest
from liveactions.results import WindowAction
from liveactions.results.urls import check_url

__all__ = ["LinksOfRequest", "RecordURL", "attributes_of", "element", "record_urls"]

RecordURL = Callable[[type[Model], Any], "str | None"]
"""``(model, pk)`` → where a record is shown; None if this is not known."""

RECORD_URLS: list[RecordURL] = []


def record_urls(function: RecordURL) -> RecordURL:
    """Have the decorated function say where records are shown; the latest one is asked first."""
    RECORD_URLS.insert(0, function)
    return function


class LinksOfRequest(RowsOfRequest):
    home_url: ClassVar[str | None] = None
    """Where the site begins; its root if None."""
    help_url: ClassVar[str] = "/help/"
    """The folder of the help pages."""

    def obj2url(self, obj: Any) -> str:
        """Where a row is shown: its ``get_absolute_url``, or what a registry of records knows. "" if nobody knows."""
        if obj is None or obj.pk is None:
            return ""
        if hasattr(obj, "get_absolute_url"):
            return str(obj.get_absolute_url())
        return known_url(type(obj), obj.pk)

    def obj2html(self, obj: Any, text: object = None, **attrs: Any) -> SafeString:
        """A link to a row; its text alone if there is no address; nothing for None."""
        if obj is None:
            return SafeString("")
        return link(self.obj2url(obj), str(obj) if text is None else text, attrs)

    def obj2htmls(self, objects: Iterable[Any], separator: str = ", ", **attrs: Any) -> SafeString:
        """Links to several rows, with ``separator`` between them."""
        return format_html_join(separator, "{}", ((self.obj2html(obj, **attrs),) for obj in objects if obj is not None))

    def goto_pk(self, pk: Any, text: object, **attrs: Any) -> SafeString:
        """A link to the row with this key, without looking for it; the text alone for None."""
        if pk is None:
            return format_html("{}", text)
        return link(self.pk2url(pk), text, attrs)

    def pk2url(self, pk: Any) -> str:
        model = self.model_class
        return known_url(model, pk) or self.obj2url(model(pk=pk))

    def goto_instance(self, obj: Model, **options: Any) -> None:
        """Take the user to a row. ``options`` are those of ``WindowAction`` (``target="new"``)."""
        self.add(WindowAction(obj._meta.label_lower, obj.pk, **options))  # noqa: SLF001  # documented

    def open_in_own_window_button(self, obj: Any, text: object = "⏏", **attrs: Any) -> SafeString:
        """A link that opens a row in a window of its own; nothing if there is no address."""
        url = self.obj2url(obj)
        return link(url, text, {"target": "_blank", "rel": "noopener", **attrs}) if url else SafeString("")

    def get_home_url(self) -> str:
        return self.home_url or get_script_prefix()

    def get_help_url(self, docname: str | None = None, text: object = None, **attrs: Any) -> SafeString:
        """A link to a help page."""
        page = f"{docname or 'index'}.html"
        return link(f"{self.help_url.rstrip('/')}/{page}", text or docname or "?", {"target": "_blank", **attrs})


def known_url(model: type[Model], pk: Any) -> str:
    return next((url for find in RECORD_URLS if (url := find(model, pk))), "")


def link(url: str, text: object, attrs: dict[str, Any]) -> SafeString:
    """Raises ``ResultError`` for an address that would run a script."""
    if not url:
        return format_html("{}", text)
    check_url("url", url, external=True)
    return element("a", {"href": url, **attributes_of(attrs)}, text)


def element(tag: str, attributes: Mapping[str, Any], text: object) -> SafeString:
    """One element. True is an attribute without a value; None and False leave it out."""
    kept = {name: value for name, value in attributes.items() if value is not None and value is not False}
    written = format_html_join(
        "", "{}", ((format_html(" {}" if value is True else ' {}="{}"', name, value),) for name, value in kept.items())
    )
    return format_html("<{0}{1}>{2}</{0}>", tag, written, text)


def attributes_of(attrs: dict[str, Any]) -> dict[str, Any]:
    """Keywords as attributes: ``class_`` and ``data_id`` are written ``class`` and ``data-id``."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
