"""What Django knows of a model, in the words of this app. (No tables: the app keeps nothing of its own.)"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

__all__ = ["field_named", "field_names", "is_kept", "label_of", "meta", "plain_pk"]


def meta(model: type[Model] | Model) -> Any:
    """Its options: ``_meta`` is private by its name only, and documented."""
    return model._meta  # noqa: SLF001


def label_of(model: type[Model]) -> str:
    """``app.model``."""
    label: str = meta(model).label_lower
    return label


def field_named(model: type[Model], name: str) -> Any:
    """The field or relation of this name, None if there is none. ``pk`` is the primary key."""
    try:
        return meta(model).pk if name == "pk" else meta(model).get_field(name)
    except FieldDoesNotExist:
        return None


def is_kept(field: Any) -> bool:
    """Whether the model keeps it, alone or with a table between; what leads back from another model it does not."""
    return bool(field.concrete or (field.many_to_many and not field.auto_created))


def field_names(model: type[Model]) -> list[str]:
    """The names of what the model keeps itself, for messages."""
    return sorted(field.name for field in (*meta(model).fields, *meta(model).many_to_many))


def plain_pk(pk: Any) -> str:
    """A primary key as components, addresses and news write it."""
    return str(pk)
