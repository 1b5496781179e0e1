"""Django's own values in state, arguments and tokens: model instances travel as their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.utils.functional import Promise

from liveactions.components import references, rollback
from liveactions.results import plain, teach

__all__ = ["Rows", "fetched_together", "freeze", "rows_in", "teach_django", "thaw"]

MARK = "\0model"


def teach_django() -> None:
    """Make models, querysets and lazy strings known to the floors below; called once, at start-up."""
    teach(Model, lambda instance: instance.pk)
    teach(QuerySet, lambda queryset: [instance.pk for instance in queryset])
    teach(Promise, str)
    references.register(is_model, lambda instance: instance.pk, fetch, fetch_all)
    rollback.note(Model, notes_of)


def notes_of(model: Any) -> dict[str, rollback.Note]:
    """What is known of the ``_state`` of a model's instances, if they never have a related one at hand."""
    fields = model._meta.get_fields(include_hidden=True)  # noqa: SLF001  # public, says Django
    if any(getattr(field, "many_to_one", True) or getattr(field, "one_to_one", True) for field in fields):
        return {}
    return {"_state": rollback.Note(ModelState, ("adding", "db"))}


def is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


def fetch(model: type[Model], key: Any) -> Model:
    """The instance of a primary key. Raises ``ValueError`` if there is none (or never could be)."""
    found = at_hand.get().get((model, str(key)))
    if found is not None:
        return copy(found)
    try:
        return model._default_manager.get(pk=key)  # type: ignore[no-any-return]  # noqa: SLF001  # documented
    except (ObjectDoesNotExist, ValidationError, TypeError, OverflowError) as error:
        name = model._meta.verbose_name  # noqa: SLF001  # documented
        raise ValueError(f"There is no {name} {str(key)[:40]!r}.") from error


def fetch_all(model: type[Model], keys: Sequence[Any]) -> Iterable[Model]:
    """The instances of these primary keys, in any order, without those that are gone."""
    found: dict[Any, Model] = model._default_manager.in_bulk(keys)  # noqa: SLF001  # documented
    return found.values()


Rows = dict[str, list[Any]]
"""Primary keys by the name of their model, ``app.model``."""

at_hand: ContextVar[Mapping[tuple[type[Model], str], Model]] = ContextVar("at_hand", default={})  # noqa: B039  # not written to


def rows_in(values: Iterable[Any]) -> Rows:
    """The model instances among ``values`` and in lists among them, for ``fetched_together``."""
    rows: Rows = {}
    for value in values:
        for item in value if isinstance(value, (list, tuple, set)) else (value,):
            if isinstance(item, Model):
                rows.setdefault(item._meta.label_lower, []).append(plain(item.pk))  # noqa: SLF001  # documented
    return rows


@contextmanager
def fetched_together(rows: Rows) -> Iterator[None]:
    """Within it, ``fetch`` finds these instances at hand: one query for each model, not one for each row."""
    found: dict[tuple[type[Model], str], Model] = {}
    for label, keys in rows.items():
        model: type[Model] = apps.get_model(label)
        instances = model._default_manager.in_bulk(keys) if len(keys) > 1 else {}  # noqa: SLF001  # documented
        found.update({(model, str(key)): instance for key, instance in instances.items()})
    token = at_hand.set(found)
    try:
        yield
    finally:
        at_hand.reset(token)


def freeze(params: Mapping[str, Any]) -> dict[str, Any]:
    """Mount parameters as plain data; ``thaw`` is the inverse. Raises ``ResultError`` for what cannot travel."""
    return {name: frozen(value, name) for name, value in params.items()}


def frozen(value: Any, name: str) -> Any:
    if isinstance(value, Model):
        return [MARK, value._meta.label_lower, plain(value.pk)]  # noqa: SLF001  # documented
    if isinstance(value, (list, tuple)):
        return [frozen(item, name) for item in value]
    return plain(value, name)


def thaw(params: Mapping[str, Any]) -> dict[str, Any]:
    """Mount parameters as they were given, with model instances fetched afresh."""
    return {name: thawed(value) for name, value in params.items()}


def thawed(value: Any) -> Any:
    if isinstance(value, list):
        if len(value) == 3 and value[0] == MARK:
            return fetch(apps.get_model(value[1]), value[2])
        return [thawed(item) for item in value]
    return value
