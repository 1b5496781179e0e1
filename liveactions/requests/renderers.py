"""What rows, texts and components look like: as HTML, as plain text, in a test."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from liveactions.requests.markup import text_of
from liveactions.requests.tables import Table, display, text_table

__all__ = ["HtmlRenderer", "Renderer", "TestRenderer", "TextRenderer"]

Linker = Callable[[Any], str]
"""A model instance → a link to it."""


class Renderer(ABC):
    """Each method makes one part of a document; ``join`` puts parts together, ``deliver`` hands the whole out."""

    is_interactive: ClassVar[bool] = False

    @abstractmethod
    def heading(self, text: object, level: int) -> str: ...

    @abstractmethod
    def paragraph(self, text: object) -> str:
        """A text; markup if it is marked safe."""

    @abstractmethod
    def bullets(self, items: Iterable[object]) -> str: ...

    @abstractmethod
    def pairs(self, pairs: Sequence[tuple[str, Any]]) -> str:
        """Names with values: a record."""

    @abstractmethod
    def table(self, table: Table, max_width: int | None = None, linker: Linker | None = None) -> str: ...

    @abstractmethod
    def join(self, parts: Iterable[str]) -> str: ...

    def deliver(self, document: str) -> str | None:
        """What ``show`` returns."""
        return document


class HtmlRenderer(Renderer):
    """For pages and mails. Everything is escaped that is not marked safe."""

    def heading(self, text: object, level: int) -> SafeString:
        return format_html("<h{0}>{1}</h{0}>", min(max(level, 1), 6), text)

    def paragraph(self, text: object) -> SafeString:
        return format_html("{}" if hasattr(text, "__html__") else "<p>{}</p>", text)

    def bullets(self, items: Iterable[object]) -> SafeString:
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((display(item),) for item in items)))

    def pairs(self, pairs: Sequence[tuple[str, Any]]) -> SafeString:
        written = ((name, display(value)) for name, value in pairs)
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", written))

    def table(self, table: Table, max_width: int | None = None, linker: Linker | None = None) -> SafeString:  # noqa: ARG002  # browsers fold lines
        def cells(row: Sequence[Any], tag: str) -> SafeString:
            template = f"<{tag}{{}}>{{}}</{tag}>"
            written = [linker(value) if linker and hasattr(value, "pk") else display(value) for value in row]
            return format_html_join("", template, zip(numeric, written, strict=True))

        numeric = [mark_safe(' class="number"') if right else "" for right in table.numeric]
        head = cells([column.label for column in table.columns], "th")
        body = format_html_join("", "<tr>{}</tr>", ((cells(row, "td"),) for row in table.rows))
        foot = "" if table.totals is None else format_html("<tfoot><tr>{}</tr></tfoot>", cells(table.totals, "td"))
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>", head, body, foot)

    def join(self, parts: Iterable[str]) -> SafeString:
        return format_html_join("\n", "{}", ((part,) for part in parts))


class TextRenderer(Renderer):
    """For terminals: ``show`` writes to standard output and returns None."""

    def heading(self, text: object, level: int) -> str:
        line = plain_text(text)
        return f"{line}\n{UNDERLINES[min(max(level, 1), len(UNDERLINES)) - 1] * len(line)}"

    def paragraph(self, text: object) -> str:
        return plain_text(text)

    def bullets(self, items: Iterable[object]) -> str:
        return "\n".join(f"- {plain_text(display(item))}" for item in items)

    def pairs(self, pairs: Sequence[tuple[str, Any]]) -> str:
        width = max([len(name) for name, _ in pairs] or [0])
        return "\n".join(f"{name:<{width}}  {plain_text(display(value))}".rstrip() for name, value in pairs)

    def table(self, table: Table, max_width: int | None = None, linker: Linker | None = None) -> str:  # noqa: ARG002  # a text has no links
        return text_table(table, max_width)

    def join(self, parts: Iterable[str]) -> str:
        return "\n\n".join(parts)

    def deliver(self, document: str) -> str | None:
        sys.stdout.write(document + "\n")
        return None


class TestRenderer(TextRenderer):
    """For tests: ``show`` returns the text."""

    __test__ = False  # for pytest, which would look for tests in it

    def deliver(self, document: str) -> str | None:
        return document


UNDERLINES = "=-~^."


def plain_text(text: object) -> str:
    return text_of(str(text)) if hasattr(text, "__html__") else str(text)
