"""What an action may return or yield, and what it means: one list of results, validated before any is sent.

============================  ==============================================================
returned                      means
============================  ==============================================================
``None``                      nothing
a result                      itself
list, tuple, ``Actions``,     its items, in order; after a terminal one (``Redirect``) nothing
``Multi``, any other iterable
``str``                       ``HTML`` for the component's own root element
dict with ``type``            the word of that name
dict without ``type``         context for the template block named like the action
anything else                 what the host makes of it (an ``HttpResponse``), or ``ResultError``
============================  ==============================================================

One answer keeps its order, with one exception: an ``UpdateParent`` comes before the ``Close`` of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from liveactions.errors import ResultError
from liveactions.results.dicts import from_dict
from liveactions.results.words import HTML, Close, Multi, Noop, Result, UpdateParent

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Actions", "Foreign", "forms_first", "items_of"]

Step = TypeVar("Step")

Foreign = Callable[[Any], Result | None]
"""What the host makes of a value this floor does not know: a result, or None for "not mine either"."""


class Actions(tuple[Result, ...]):
    """Several results, in order: ``Actions(Toast("Saved"), Redirect("/"))``. The same as a list of them."""

    __slots__ = ()

    def __new__(cls, *items: Result) -> Self:
        return super().__new__(cls, items)


def items_of(value: Any, foreign: Foreign) -> list[Result]:
    """The results that ``value`` means. Raises ``ResultError`` that names the index of a wrong item."""
    items: list[Result] = []
    for item in flat(value, foreign, "The answer"):
        items.append(item)
        if item.terminal:
            break
    return forms_first(items)


def forms_first(steps: Sequence[Step]) -> list[Step]:
    """The same, but that the form under a window is written before the window is closed, whatever was said first."""
    steps = list(steps)
    closed = next((index for index, step in enumerate(steps) if isinstance(step, Close)), len(steps))
    late = [step for step in steps[closed:] if isinstance(step, UpdateParent)]
    return [*steps[:closed], *late, *(step for step in steps[closed:] if not isinstance(step, UpdateParent))]


def flat(value: Any, foreign: Foreign, where: str) -> Iterator[Result]:
    if isinstance(value, Mapping) and "type" in value:
        value = from_dict(value)
    if value is None or type(value) is Noop:
        return
    if isinstance(value, Multi):
        value = value.actions
    if isinstance(value, Result):
        yield value
    elif isinstance(value, str):
        yield HTML(value)
    elif (made := foreign(value)) is not None:
        yield made
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, Mapping)):
        yield from each(value, foreign)
    else:
        raise wrong(value, where)


def each(values: Iterable[Any], foreign: Foreign) -> Iterator[Result]:
    for index, item in enumerate(values):
        if isinstance(item, str) or (isinstance(item, Mapping) and "type" not in item):
            raise wrong(item, f"Item {index}")
        yield from flat(item, foreign, f"Item {index}")


def wrong(value: Any, where: str) -> ResultError:
    return ResultError(
        f"{where} is {type(value).__name__}, which is not a result.",
        hint="Return None, a result such as Toast(…), a list of results, a string of HTML, or a dict.",
    )
