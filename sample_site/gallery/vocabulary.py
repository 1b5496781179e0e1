"""The gallery's plan, drawn from the vocabulary itself: a room for each of its modules, a place for each of its words.

Nothing is listed here. A new word has a place as soon as it is a word, and stands in ``missing()`` until some action is
marked with ``@exhibits`` for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import liveactions
from liveactions import Result
from liveactions.results.custom import custom_name
from liveactions.results.dicts import TYPES, Spelling
from liveactions.results.words import WORDS, Custom
from sample_site.gallery.exhibits import Exhibit, Subject, Topic, exhibits_of

if TYPE_CHECKING:
    from sample_site.gallery.room import Room

__all__ = ["PUBLIC", "Place", "missing", "places_of", "words_of"]

PUBLIC: dict[type[Result], int] = {
    word: number for number, word in WORDS.items() if word.__name__ in liveactions.__all__
}
"""The words that an application may answer with, and their numbers on the wire."""
NUMBERS: dict[type[Result], int] = {word: number for number, word in WORDS.items()}


def words_of(module: ModuleType) -> list[type[Result]]:
    """The public words of one module, in the order of their numbers."""
    return [word for word in PUBLIC if word.__module__ == module.__name__]


def missing(rooms: Iterable[type[Room]]) -> list[str]:
    """The names of the words of which no room has an exhibit."""
    shown = {subject for room in rooms for subject, _ in exhibits_of(room)}
    return [word.__name__ for word in PUBLIC if word not in shown]


def places_of(room: type[Room]) -> list[Place]:
    """What a room has to show: each word of its module, then what else its actions are exhibits of."""
    shown: dict[Subject, list[Exhibit]] = {word: [] for word in (words_of(room.words) if room.words else ())}
    for subject, exhibit in exhibits_of(room):
        shown.setdefault(subject, []).append(exhibit)
    return [Place(subject, exhibits) for subject, exhibits in shown.items()]


class Property(NamedTuple):
    """One field of a word, as one would write it."""

    name: str
    default: str


class Place:
    """One word (or topic) with its exhibits."""

    def __init__(self, subject: Subject, exhibits: list[Exhibit]) -> None:
        self.subject, self.exhibits = subject, exhibits

    @property
    def name(self) -> str:
        return self.subject.name if isinstance(self.subject, Topic) else self.subject.__name__

    @property
    def anchor(self) -> str:
        """Its place in the page's address: ``#Toast``, ``#three_ways``."""
        return self.name.lower().replace(" ", "_") if isinstance(self.subject, Topic) else self.name

    @property
    def about(self) -> str:
        """The first line of what the word says of itself."""
        return self.subject.about if isinstance(self.subject, Topic) else self.said[0]

    @property
    def more(self) -> str:
        """The rest of it."""
        return "" if isinstance(self.subject, Topic) else self.said[2].strip()

    @property
    def said(self) -> tuple[str, str, str]:
        return (inspect.getdoc(self.subject) or "").partition("\n")

    @property
    def number(self) -> int | None:
        return None if isinstance(self.subject, Topic) else NUMBERS.get(self.subject, NUMBERS[Custom])

    @cached_property
    def properties(self) -> list[Property]:
        """Its fields, but for those that only the server fills."""
        return [] if isinstance(self.subject, Topic) else [property_of(each) for each in fields(self.subject)]

    @cached_property
    def spellings(self) -> list[str]:
        """Every ``type`` that means it, with what the spelling sets."""
        if isinstance(self.subject, Topic):
            return []
        known = [as_written(name, each) for name, each in TYPES.items() if each.word is self.subject]
        own = custom_name(self.subject)
        return [own] if own else known

    @property
    def stage(self) -> str:
        """The template of what its exhibits act upon."""
        return f"gallery/stages/{self.anchor.lower()}.html"

    @property
    def search(self) -> str:
        """What a search finds it by."""
        return " ".join([self.name, self.about, *self.spellings]).lower()


def property_of(field: Field[Any]) -> Property:
    if field.default is not MISSING:
        return Property(field.name, repr(field.default))
    if field.default_factory is not MISSING:
        return Property(field.name, repr(field.default_factory()))
    return Property(field.name, "")


def as_written(name: str, spelling: Spelling) -> str:
    fixed = ", ".join(f"{key}={value!r}" for key, value in spelling.fixed.items())
    return f"{name} ({fixed})" if fixed else name
