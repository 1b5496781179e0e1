"""A room: one component for all exhibits of one module of the vocabulary.

What it looks like is written once, when its class is made: the room's template, with everything that never changes in
it as plain markup. Browsers keep that part for ever, and a click costs what the stages show.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from liveactions import Component
from sample_site.gallery.vocabulary import Place, places_of

__all__ = ["Room"]


class Room(Component):
    """Give it ``words``, a module of the vocabulary, and mark its actions with ``@exhibits``."""

    words: ClassVar[ModuleType | None] = None
    about: ClassVar[str] = ""
    places: ClassVar[list[Place]] = []

    def __init_subclass__(cls, **options: Any) -> None:
        cls.about = cls.about or (cls.words.__doc__ or "" if cls.words else "")
        cls.places = places_of(cls)
        staged = [(place, has_template(place.stage)) for place in cls.places]
        cls.template = render_to_string("gallery/room.html", {"staged": staged})
        super().__init_subclass__(**options)


def has_template(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
