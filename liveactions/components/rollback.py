"""Going back: what a component was before an action that failed, changes inside its values included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from liveactions.components.declaration import declaration
from liveactions.components.tracking import SCALARS

__all__ = ["Saved", "recover", "save"]

Saved = dict[str, Callable[[], Any]]
"""For each field, what makes its earlier value again."""

CONTAINERS = (list, tuple, dict, set, frozenset)


def save(component: object) -> Saved:
    """Remember the state for ``recover``. Cheap for scalars; a container is written as for a snapshot."""
    have = vars(component)
    fields = declaration(type(component)).fields
    return {name: saved(fields[name], have[name]) for name in fields if name in have}


def saved(field: Any, value: Any) -> Callable[[], Any]:
    if type(value) in SCALARS:
        return lambda: value
    if isinstance(value, CONTAINERS):
        kept = field.codec.encode(value)
        return lambda: field.fit(field.codec.decode(kept))
    return same_object(value)


def same_object(value: Any) -> Callable[[], Any]:
    """The same object, with the attributes it had; a model instance is not fetched again."""
    try:
        attributes = dict(vars(value))
    except TypeError:
        return lambda: value

    def again() -> Any:
        vars(value).clear()
        vars(value).update(attributes)
        return value

    return again


def recover(component: object, saved: Saved) -> None:
    """The state as it was when it was saved; fields that had no value then have none again."""
    have = vars(component)
    for name in declaration(type(component)).fields.keys() & have.keys() - saved.keys():
        del have[name]
    have.update({name: again() for name, again in saved.items()})
