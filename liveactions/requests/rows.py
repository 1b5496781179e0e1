"""Which rows a request is about: those that were chosen, all of them, and new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, QuerySet

from liveactions.components import ActionRequest
from liveactions.errors import LocalError

__all__ = ["PhantomRow", "RowsOfRequest"]

PLACES = frozenset({"-99998", "-99999"})
"""What a grid sends for the row that is being inserted, and for the empty row at its end."""


BEYOND = 2**63
"""Databases have no such integers, and some refuse to look for one."""


class PhantomRow:
    """The empty row at the end of a grid, in which a new one is begun. Has the values that are known of every row."""

    pk = None

    def __init__(self, request: RowsOfRequest, **values: Any) -> None:
        self.request = request
        vars(self).update({**without_lookups(request.all_known_values), **values})

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False


class RowsOfRequest(ActionRequest):
    """Reads what the component says of its rows, all of it optional:

    ``model``            the model class, or ``"app.model"``
    ``get_queryset()``   its rows; all of the model without it
    ``master_key``       the field that leads to ``master_instance``
    ``known_values``     lookups that are true of every row
    ``column_names``     what is shown of a row: ``"name city"``, or a list
    ``create_kw``        values of a new row; None: there are no new rows
    """

    @property
    def model_class(self) -> type[Model]:
        """The model that the request is about. Raises ``LocalError`` if nothing says it."""
        model = self.model
        if model is None:
            raise LocalError("This request is about no model.", hint="Give the component a model, or name it here.")
        found: type[Model] = apps.get_model(model) if isinstance(model, str) else model
        return found

    def get_queryset(self, model: type[Model] | None = None) -> QuerySet[Any]:
        """All rows that the request is about: those of the component, of its master, with the known values."""
        if model is not None and model is not self.model:
            return all_of(model)
        own = getattr(self.component_instance, "get_queryset", None)
        rows: QuerySet[Any] = own() if callable(own) else all_of(self.model_class)
        lookups = {**self.master_values(), **self.all_known_values}
        return rows.filter(**lookups) if lookups else rows

    def master_values(self) -> dict[str, Any]:
        """The field that leads to the master row, with that row. Raises ``BadRequest`` if there has to be one."""
        key = getattr(type(self.component_instance), "master_key", None)
        if key is None:
            return {}
        if self.master_instance is None:
            raise BadRequest(f"{type(self.component_instance).__name__} needs a master_instance ({key}).")
        return {key: self.master_instance}

    @property
    def own_columns(self) -> list[str] | None:
        """The component's ``column_names``; None if it says nothing."""
        names = getattr(type(self.component_instance), "column_names", None)
        return names.split() if isinstance(names, str) else None if names is None else list(names)

    # Chosen ones ----------------------------------------------------------------------------------------------

    def set_selected_pks(self, *pks: Any, model: type[Model] | None = None) -> None:
        """Choose rows by their primary keys, in this order, in one query.

        The keys of rows that do not exist yet (-99998, -99999) and empty ones are passed over, and so is what is not
        among the rows of the request.
        """
        kind = self.model_class if model is None else model
        keys = list(dict.fromkeys(keys_of(kind, pks)))
        found = {row.pk: row for row in self.get_queryset(model).filter(pk__in=keys)} if keys else {}
        self.selected_rows = [found[key] for key in keys if key in found]

    @property
    def selected_row(self) -> Any:
        """The one row that was chosen; None if there are none or several."""
        return self.selected_rows[0] if len(self.selected_rows) == 1 else None

    # New ones -------------------------------------------------------------------------------------------------

    def create_instance(self, **values: Any) -> Any:
        """A new row that is not saved: ``values``, over them the component's ``create_kw``, then what is known."""
        create = getattr(type(self.component_instance), "create_kw", None) or {}
        return self.model_class(
            **{**values, **create, **without_lookups(self.all_known_values), **self.master_values()}
        )

    def phantom_row(self, **values: Any) -> PhantomRow | None:
        """The empty row of a grid; None where no row can be created."""
        component = type(self.component_instance)
        disabled = getattr(self.component_instance, "disable_create", None)
        if (
            getattr(component, "no_phantom_row", False)
            or getattr(component, "create_kw", {}) is None
            or (disabled(self) if callable(disabled) else disabled) is not None
            or not self.may_on(self.model_class, "add")
        ):
            return None
        return PhantomRow(self, **values)

    def may_on(self, model: type[Model], what: str) -> bool:
        """Whether the user may ``view``, ``add``, ``change`` or ``delete`` rows; code without a user may."""
        if self.get_user() is None:
            return True
        meta = model._meta  # noqa: SLF001  # documented
        return self.has_perm(f"{meta.app_label}.{what}_{meta.model_name}")


def all_of(model: type[Model]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()  # noqa: SLF001  # documented
    return rows


def keys_of(model: type[Model], pks: Iterable[Any]) -> Iterable[Any]:
    """The keys that could be rows, as the model has them."""
    for pk in pks:
        if not pk or str(pk) in PLACES:
            continue
        try:
            key = model._meta.pk.to_python(pk)  # noqa: SLF001  # documented
        except (ValidationError, OverflowError):
            continue
        if not isinstance(key, int) or abs(key) < BEYOND:
            yield key


def without_lookups(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if "__" not in name}
