"""What the rows of a request hold: how many there are, their values, and the state of the request itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation
from django.db.models import QuerySet

from liveactions.errors import LocalError
from liveactions.requests.rows import RowsOfRequest
from liveactions.results import plain

__all__ = ["DataOfRequest"]


class DataOfRequest(RowsOfRequest):
    offset: int | None
    limit: int | None
    start_at_bottom: bool
    _status: ClassVar[dict[str, Any] | None] = None

    def get_total_count(self) -> int:
        """How many rows there are; 1 for a request that is about no model."""
        if self.model is None and not hasattr(self.component_instance, "get_queryset"):
            return 1
        rows: Any = self.get_queryset()
        return rows.count() if isinstance(rows, QuerySet) else len(rows)

    @property
    def data_iterator(self) -> Iterator[Any]:
        """All rows. Each time it is asked for they are fetched again."""
        return iter(self.get_queryset())

    @property
    def sliced_data_iterator(self) -> Iterator[Any]:
        """The rows of the page that ``offset`` and ``limit`` say; the last page with ``start_at_bottom``."""
        offset, limit = number("offset", self.offset), number("limit", self.limit)
        rows = self.get_queryset()
        if self.start_at_bottom and limit:
            offset = max(self.get_total_count() - 1, 0) // limit * limit
        start = offset or 0
        return iter(rows[start : None if limit is None else start + limit])

    def get_data_value(self, obj: Any, name: str) -> Any:
        """A value of a row: a field, an attribute, what a method returns; ``customer__city`` and ``customer.city``.

        None where the way to it ends early.
        """
        return reduce(value_of, name.replace("__", ".").split("."), obj)

    # The state of the request -----------------------------------------------------------------------------------

    def get_status(self, **options: Any) -> dict[str, Any]:
        """What has to be known to make this request again, as plain data. Kept unless ``options`` are given."""
        if options:
            return {**self.status(), **options}
        if self._status is None:
            vars(self)["_status"] = self.status()
        return dict(self._status or {})

    def status(self) -> dict[str, Any]:
        master = self.master_instance
        base: dict[str, Any] = {"known_values": plain(dict(self.known_values))}
        if master is not None:
            base |= {"mk": plain(master.pk), "mt": master._meta.label_lower}  # noqa: SLF001  # documented
        return {
            "action": self.action,
            "base_params": base,
            "param_values": plain(dict(self.param_values)),
            "selected_pks": plain(list(self.selected_pks)),
        }

    def clear_cached_status(self) -> None:
        """Have ``get_status`` look again."""
        vars(self).pop("_status", None)


def number(name: str, value: object) -> int | None:
    """Raises ``SuspiciousOperation`` for what is not a count."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise SuspiciousOperation(f"{name} must be a number, 0 or more, got {value!r}.")
    return value


def value_of(obj: Any, name: str) -> Any:
    if not name or name.startswith("_"):
        raise LocalError(
            f"{name!r} cannot be the name of a value.", hint="Name a field, an attribute or a method that only answers."
        )
    if obj is None:
        return None
    if isinstance(obj, dict):
        return obj.get(name)
    try:
        value = getattr(obj, name)
    except ObjectDoesNotExist:
        return None
    if not callable(value) or hasattr(value, "all"):
        return value
    if getattr(value, "alters_data", False):  # what Django's templates ask, too
        raise LocalError(f"{name}() does something.", hint="Name a field, an attribute or a method that only answers.")
    return value()
