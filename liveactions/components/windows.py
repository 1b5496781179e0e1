"""Windows: of a long list only the rows that somebody sees are rendered. The browser says which, by scrolling.

::

    visible: Window = window()

    @property
    def shown(self):
        return self.visible.of(Order.objects.order_by("-placed"))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from liveactions.components.fields import Written
from liveactions.errors import DeclarationError, LocalError

__all__ = ["MOST", "Rows", "Window", "window"]

T = TypeVar("T")

MOST: Final = 500
"""Rows that a browser may ask for at a time, however tall the screen is."""
FURTHEST: Final = 2**31 - 1


class Rows(list[T], Generic[T]):
    """The rows in a window. ``first`` is the number of the first of them, ``total`` how many there are in all."""

    def __init__(self, rows: Iterable[T], first: int, total: int) -> None:
        super().__init__(rows)
        self.first = first
        self.total = total


@dataclass
class Window:
    """Which rows of a long list are in the page: ``count`` from the row number ``first`` on, of ``total``.

    In the browser it is a signal; there it may be asked for other rows, of which it has at most `MOST` at a time.
    """

    first: int = 0
    count: int = 40
    total: int = 0
    """What the last ``of`` has found. A browser cannot write it."""
    jumps: int = 0
    """Goes up when the page has to scroll to ``first``."""

    def of(self, source: Sequence[T] | Iterable[T]) -> Rows[T]:
        """The rows of a list or an ordered queryset that are in the window.

        Of a queryset only these are fetched, with one more query for how many there are, unless the rows tell. A window
        that has come to stand behind the end is moved to show the last rows.
        """
        rows = slice_of(source, self.first, self.count)
        self.total = self.first + len(rows) if self.ends(rows) else total_of(source)
        if not rows and self.total:
            self.first = max(self.total - self.count, 0)
            rows = slice_of(source, self.first, self.count)
        elif not rows:
            self.first = 0
        return Rows(rows, self.first, self.total)

    def ends(self, rows: Sequence[Any]) -> bool:
        """Whether these are known to be the last rows of all."""
        return len(rows) < self.count and (bool(rows) or self.first == 0)

    def go_to(self, row: int = 0) -> None:
        """Have the page scroll to the row of this number; without one, to the beginning, as after a new search."""
        self.first = max(row, 0)
        self.jumps += 1

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.lax_or_strict_schema(
            lax_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), core_schema.no_info_after_validator_function(asked, ASKED)]
            ),
            strict_schema=core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(asdict),
        )


def asked(wanted: Mapping[str, int]) -> Window:
    return Window(wanted["first"], min(wanted["count"], MOST))


ASKED: Final = core_schema.typed_dict_schema(
    {
        "first": core_schema.typed_dict_field(core_schema.int_schema(ge=0, le=FURTHEST, strict=True)),
        "count": core_schema.typed_dict_field(core_schema.int_schema(ge=1, strict=True)),
    },
    extra_behavior="forbid",
)


def slice_of(source: Any, first: int, count: int) -> list[Any]:
    try:
        return list(source[first : first + count])
    except TypeError as error:
        raise LocalError(
            f"A window cannot look at {type(source).__name__}: {error}.",
            code="component.failed",
            hint="Give it a list or a queryset; of a manager, its .all().",
        ) from error


def total_of(source: Any) -> int:
    """Of a queryset, asked in SQL."""
    return len(source) if isinstance(source, Sequence) else source.count()


def window(size: int = 40) -> Any:
    """Declare a window: ``visible: Window = window(size=60)``.

    ``size``: how many rows are in the page at first, and for good where no JavaScript runs. Then the browser asks for
    as many as it has room for, and some more. Raises ``DeclarationError`` for a size that is not between 1 and `MOST`.
    """
    if not 1 <= size <= MOST:
        raise DeclarationError(f"The size of a window is {size!r}.", hint=f"Write a number from 1 to {MOST}.")
    return Written(factory=lambda: Window(count=size), bind=True, signal=True)
