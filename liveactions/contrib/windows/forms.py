"""A Django form for the bound fields of a component: each annotation has its control."""

from __future__ import annotations

import datetime
import enum
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django import forms
from django.db.models import Model
from django.forms.widgets import DateTimeBaseInput
from pydantic import ValidationError

from liveactions import Component, declaration

__all__ = ["bound_names", "form_for", "taken"]


@dataclass(frozen=True)
class Kind:
    """An annotation without what stands around it: ``list[Team] | None`` is ``Team``, ``many`` and ``optional``."""

    type: Any
    many: bool = False
    optional: bool = False

    @classmethod
    def of(cls, annotation: Any) -> Kind:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return cls.of(arguments[0])
        if origin in (Union, UnionType):
            inner = cls.of(next(each for each in arguments if each is not NoneType))
            return cls(inner.type, inner.many, optional=NoneType in arguments)
        if origin in (list, set, tuple) and arguments:
            return cls(cls.of(arguments[0]).type, many=True, optional=True)
        return cls(annotation)


def bound_names(cls: type[Component]) -> list[str]:
    """The fields that a browser may write, in the order of their declaration."""
    return [name for name, each in declaration(cls).fields.items() if each.bind]


def form_for(
    cls: type[Component],
    *,
    labels: Mapping[str, Any],
    help_texts: Mapping[str, Any],
    widgets: Mapping[str, Any],
    required: frozenset[str],
) -> type[forms.Form]:
    """A form with a control for each bound field. A text may be left empty, everything else that is not ``| None`` not.

    Raises ``TypeError`` for an annotation that has no control.
    """
    fields = {}
    for name in bound_names(cls):
        kind = Kind.of(declaration(cls).fields[name].annotation)
        options = {
            "required": name in required or not (kind.optional or kind.type in (str, bool)),
            "label": labels.get(name),
            "help_text": help_texts.get(name, ""),
        }
        if name in widgets:
            options["widget"] = widgets[name]
        fields[name] = control(kind, f"{cls.__qualname__}.{name}")(**options)
    return type(f"{cls.__name__}Form", (forms.Form,), fields)


def control(kind: Kind, where: str) -> Callable[..., forms.Field]:
    """What makes the form field of a kind."""
    if choices := choices_of(kind.type):
        return chosen(kind, choices)
    if isinstance(kind.type, type) and issubclass(kind.type, Model):
        made = forms.ModelMultipleChoiceField if kind.many else forms.ModelChoiceField
        return partial(made, queryset=kind.type._default_manager.all())  # noqa: SLF001  # documented
    if kind.type not in CONTROLS or kind.many:
        raise TypeError(f"{where}: there is no control for {kind.type!r}. Give the wizard a form_class.")
    return CONTROLS[kind.type]


def choices_of(kind: Any) -> list[tuple[Any, str]]:
    if get_origin(kind) is Literal:
        return [(value, str(value).replace("_", " ").capitalize()) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [(each.value, str(getattr(each, "label", each.name.replace("_", " ").capitalize()))) for each in kind]
    return []


def chosen(kind: Kind, choices: list[tuple[Any, str]]) -> Callable[..., forms.Field]:
    """A choice among values that keep their type on the way."""
    values = {str(value): value for value, _ in choices}
    if kind.many:
        return partial(
            forms.TypedMultipleChoiceField,
            choices=choices,
            coerce=lambda text: values[str(text)],
            widget=forms.CheckboxSelectMultiple,
        )
    blank = [("", "—")] if kind.optional else []
    return partial(
        forms.TypedChoiceField, choices=[*blank, *choices], coerce=lambda text: values[str(text)], empty_value=None
    )


def typed(widget: type[DateTimeBaseInput], kind: str, pattern: str) -> DateTimeBaseInput:
    """A control of the browser's own, which wants its values in one form, whatever the language."""
    return widget(attrs={"type": kind}, format=pattern)


CONTROLS: dict[Any, Callable[..., forms.Field]] = {
    str: forms.CharField,
    int: forms.IntegerField,
    float: forms.FloatField,
    Decimal: forms.DecimalField,
    bool: forms.BooleanField,
    uuid.UUID: forms.UUIDField,
    datetime.date: lambda **given: forms.DateField(
        **{"widget": typed(forms.DateInput, "date", "%Y-%m-%d"), "input_formats": ["%Y-%m-%d"], **given}
    ),
    datetime.datetime: lambda **given: forms.DateTimeField(
        **{"widget": typed(forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"), **given}
    ),
    datetime.time: lambda **given: forms.TimeField(**{"widget": typed(forms.TimeInput, "time", "%H:%M"), **given}),
}


def taken(cls: type[Component], form: forms.BaseForm) -> dict[str, Any]:
    """What a valid form gives for fields of the component, as these want it; what does not fit becomes its error."""
    values = {}
    fields = declaration(cls).fields
    for name, value in list(form.cleaned_data.items()):
        if name not in fields or not fields[name].bind:
            continue
        try:
            values[name] = fields[name].incoming.validate_python(keys(value))
        except ValidationError as error:
            form.add_error(name if name in form.fields else None, error.errors()[0]["msg"])
    return values


def keys(value: Any) -> Any:
    """Several records as a list of them."""
    return list(value) if hasattr(value, "_iterable_class") or isinstance(value, set) else value
