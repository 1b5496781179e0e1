"""A row as a record for a page, and back from a form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.forms import ModelForm
from django.utils.translation import gettext as _

from liveactions.requests.data import DataOfRequest
from liveactions.results import plain

__all__ = ["RecordsOfRequest", "navinfo"]


class RecordsOfRequest(DataOfRequest):
    def elem2rec(self, obj: Model) -> dict[str, Any]:
        """The values of a row by the names of its fields, as plain data: the component's columns, else all fields."""
        if (names := self.own_columns) is not None:
            return {name: value_in(obj, name, self.get_data_value(obj, name)) for name in names}
        fields = obj._meta.concrete_fields  # noqa: SLF001  # documented
        return {field.name: value_in(obj, field.name, field.value_from_object(obj)) for field in fields}

    def elem2rec_insert(self, obj: Model) -> dict[str, Any]:
        """The record of a new row that is not saved."""
        name = obj._meta.verbose_name  # noqa: SLF001  # documented
        return {"data": self.elem2rec(obj), "title": _("Insert into %s") % name, "phantom": True}

    def elem2rec_detailed(self, obj: Model) -> dict[str, Any]:
        """The record of a row, with its neighbours and why it cannot be deleted: ``DataRecord(**record)``."""
        return {
            "data": self.elem2rec(obj),
            "title": str(obj),
            "id": plain(obj.pk),
            "disable_delete": self.disable_delete(obj),
            "navinfo": navinfo([row_pk for (row_pk,) in self.get_queryset(type(obj)).values_list("pk")], obj.pk),
        }

    def disable_delete(self, obj: Model) -> str | None:
        """Why the row cannot be deleted: what its own ``disable_delete(request)`` says, or a missing permission."""
        veto = getattr(obj, "disable_delete", None)
        reason = veto(self) if callable(veto) else None
        if reason is not None:
            return str(reason)
        return None if self.may_on(type(obj), "delete") else _("You have no permission to delete this.")

    def form2obj_and_save(self, form: ModelForm[Any]) -> Any:
        """Save the row of a bound form, and say so; None, and an error for each field, if it is not valid."""
        if not form.is_valid():
            texts = " ".join(str(text) for found in form.errors.values() for text in found)
            self.error(ValidationError(form.errors.as_data()), message=texts)
            return None
        is_new = form.instance._state.adding  # noqa: SLF001  # documented
        if not is_new and not form.has_changed():
            self.success(_("%s: nothing to save.") % form.instance)
            return form.instance
        obj = form.save()
        self.success((_("%s has been created.") if is_new else _("%s has been updated.")) % obj)
        return obj


def value_in(obj: Model, name: str, value: Any) -> Any:
    """A value as plain data; a file as its name."""
    return value.name or "" if isinstance(value, FieldFile) else plain(value, f"{type(obj).__name__}.{name}")


def navinfo(pks: list[Any], pk: Any) -> dict[str, Any]:
    """Where a row stands among others: ``recno`` counts from 1 and is 0 for a row that is not among them."""
    place = pks.index(pk) if pk in pks else None
    at = {} if place is None else {"prev": place - 1, "next": place + 1}
    found = {name: pks[index] if 0 <= index < len(pks) else None for name, index in at.items()}
    return plain(  # type: ignore[no-any-return]  # a dict stays one
        {
            "first": pks[0] if pks else None,
            "prev": found.get("prev"),
            "next": found.get("next"),
            "last": pks[-1] if pks else None,
            "recno": 0 if place is None else place + 1,
            "count": len(pks),
        }
    )
