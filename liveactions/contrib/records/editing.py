"""Forms: one cell of a list, or a record with its related rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liveactions.contrib.records import registry
from liveactions.contrib.records.naming import field_named
from liveactions.contrib.records.options import Records

__all__ = [
    "Typed",
    "as_data",
    "cell_form",
    "control",
    "dressed",
    "entered",
    "fingerprint",
    "formset_for",
    "listed",
    "record_form",
    "texts",
]

Typed = dict[str, list[str]]
"""What was entered, by the names of the controls."""


def listed(given: Mapping[str, Any]) -> Typed:
    """What a browser has sent for a form, each as a list of texts."""
    return {
        name: [str(each) for each in (value if isinstance(value, list) else [value])] for name, value in given.items()
    }


def as_data(typed: Typed) -> QueryDict:
    """The same as Django's forms take it."""
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return data


def entered(form: Any) -> Typed:
    """What the controls of a form would send."""
    return {bound.html_name: texts(bound.value()) for bound in form if sent(bound.value())}


def sent(value: object) -> bool:
    """An empty box is not sent at all."""
    return value is not None and value is not False


def texts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple, set)):
        return [str(getattr(each, "pk", each)) for each in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    return ["" if value is None else str(getattr(value, "pk", value))]


# ── A cell ──


def cell_form(
    records: Records, request: Any, obj: Model, column: str, typed: Typed | None = None
) -> forms.ModelForm[Any]:
    """The form of a record with one field only."""
    form = records.form_for(request, obj)(None if typed is None else as_data(typed), instance=obj)
    for name in [name for name in form.fields if name != column]:
        del form.fields[name]
    return form


def control(form: forms.ModelForm[Any], column: str, label: str, *, wrong: bool = False) -> SafeString:
    """The control of a cell; the column's label is its name."""
    attrs: dict[str, Any] = {"id": "", "aria-label": label, "class": "live-records__control", "autocomplete": "off"}
    return form[column].as_widget(attrs={**attrs, "aria-invalid": "true"} if wrong else attrs)


def fingerprint(form: forms.BaseForm, name: str) -> str:
    """What a control shows, as one text that can be kept and compared."""
    value, widget = form[name].value(), form.fields[name].widget
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else ""
    shown = widget.format_value(value)
    return ",".join(map(str, shown)) if isinstance(shown, (list, tuple)) else str(shown or "")


# ── A record ──


def record_form(
    records: Records,
    request: Any,
    obj: Model,
    typed: Typed | None,
    *,
    auto_id: str,
    initial: Mapping[str, Any] | None = None,
    locked: bool = False,
) -> forms.ModelForm[Any]:
    """The form of a record. ``locked``: it can only be read."""
    cls = records.form_for(request, None if obj._state.adding else obj)  # noqa: SLF001  # documented
    data = None if typed is None else as_data(typed)
    form = cls(data, instance=obj, initial=dict(initial or {}), auto_id=auto_id)
    dressed(form, locked=locked)
    return form


Form = Any
"""A form of any kind: django-stubs tells them apart where we do not."""


def dressed(form: Form, *, locked: bool = False) -> Form:
    """Leave out files, which do not travel over a socket, and say of every control what screen readers want to know."""
    for name in [name for name, field in form.fields.items() if isinstance(field, forms.FileField)]:
        del form.fields[name]
    for name, field in form.fields.items():
        field.disabled = field.disabled or locked
        attrs = field.widget.attrs
        attrs["class"] = f"{attrs.get('class', '')} live-records__control".strip()
        if form.is_bound and form.errors.get(name):
            attrs |= {"aria-invalid": "true", "aria-describedby": f"{form[name].id_for_label}_error"}
    return form


def formset_for(
    records: Records,
    request: Any,
    obj: Model,
    name: str,
    typed: Typed | None,
    *,
    extra: int = 0,
    auto_id: str = "id_%s",
    locked: bool = False,
) -> Any:
    """The related rows of a record: a formset, whose prefix is the name of the relation."""
    relation = field_named(records.model, name)
    other = registry.of(relation.related_model)
    made: Any = forms.inlineformset_factory(
        records.model,
        relation.related_model,
        form=forms.ModelForm if other is None else other.form_for(request),
        fk_name=relation.field.name,
        fields="__all__" if other is None else None,
        extra=0 if locked else extra,
        can_delete=not locked,
    )
    formset = made(None if typed is None else as_data(typed), instance=obj, prefix=name, auto_id=auto_id)
    for each in formset.forms:
        dressed(each, locked=locked)
        if "DELETE" in each.fields:
            each.fields["DELETE"].label = _("Remove")
    return formset
