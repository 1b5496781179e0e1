"""Words that a page session performs itself: on the components it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liveactions.components import Component, assign, declaration
from liveactions.components.relations import commanded, is_commands
from liveactions.results import Close, Refresh, UpdateParent, performs

__all__ = ["refresh", "update_parent"]


@performs(Refresh)
def refresh(word: Refresh, request: Any) -> Any:
    """Refresh components here and now; what is loaded lazily, and the focus, are the browser's.

    So is the parent of a component that has none here: it may stand in a dialog which another one has opened.
    """
    if word.delayed or word.focus or request.scene is None or (word.scope == "parent" and request.parent is None):
        return word
    request.scene.refresh(word.scope)
    return None


@performs(UpdateParent)
def update_parent(word: UpdateParent, request: Any) -> Any:
    """Put the values into the component around, or under the window; without one they are for the form in the page.

    A component with a method ``update_parent(values)`` does it itself. Raises ``ArgumentError`` for a value that does
    not fit its field.
    """
    parent = request.parent
    if parent is None or not takes(parent, word.values):
        return word
    own = getattr(parent, "update_parent", None)
    if own is not None:
        answer = own(word.values)
        return [answer, Close()] if word.close else answer
    assign(parent, {name: value_for(parent, name, value) for name, value in word.values.items()})
    return Close() if word.close else None


def takes(parent: Component, values: Mapping[str, Any]) -> bool:
    return hasattr(parent, "update_parent") or values.keys() <= declaration(type(parent)).fields.keys()


def value_for(parent: Component, name: str, value: Any) -> Any:
    present = getattr(parent, name, None)
    if is_commands(value) and (present is None or isinstance(present, (list, tuple))):
        return commanded(present or [], value)
    return value
