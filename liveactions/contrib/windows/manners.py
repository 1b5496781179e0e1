"""What a window can tell of a component before there is an instance of it."""

from __future__ import annotations

import re
from typing import Any

from liveactions import declaration, registry

__all__ = ["background_actions", "can_be_linked", "title_of"]

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def title_of(component: str) -> str:
    """What its class says (``window_title``), else the name of the class in words: ``PostInvoice`` → "Post invoice"."""
    cls: Any = registry.get(component)
    own = getattr(cls, "window_title", None)
    return str(own) if own else WORDS.sub(" ", cls.__name__.removesuffix("Wizard") or cls.__name__).capitalize()


def can_be_linked(component: str) -> bool:
    """Whether an address may open it: its class says ``linkable = True``."""
    return getattr(registry.get(component), "linkable", False) is True


def background_actions(component: str) -> list[str]:
    """The names of its actions that run in the background: a window need not stay for them."""
    actions = declaration(registry.get(component)).actions
    return [name for name, action in actions.items() if action.options.background]
