"""What another component puts into a form, unsaved: values of fields, and commands for related rows.

A draft is the form as a browser would send it. The commands are those of ``UpdateParent``, in letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from liveactions.contrib.records.editing import Typed, entered, texts
from liveactions.contrib.records.options import Records

__all__ = ["Draft", "commanded"]


@dataclass
class Draft:
    """What a form and its related rows hold, by the names of their controls."""

    typed: Typed
    blank: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By relation, what a new row begins with."""

    @classmethod
    def of(cls, form: Any, formsets: Sequence[Any], typed: Typed | None) -> Draft:
        """What was entered already, else what the forms show."""
        blank = {formset.prefix: {each.name: each.value() for each in formset.empty_form} for formset in formsets}
        if typed is not None:
            return cls(dict(typed), blank)
        draft = cls(entered(form), blank)
        for formset in formsets:
            for each in (formset.management_form, *formset.forms):
                draft.typed |= entered(each)
        return draft

    @classmethod
    def copy(cls, form: Any, formsets: Sequence[Any], *, without: Sequence[str]) -> Draft:
        """The same for a record that is still to be made: its rows are new ones, and what is unique is left out."""
        draft = cls({name: value for name, value in entered(form).items() if name not in without})
        for formset in formsets:
            draft.typed |= {**entered(formset.management_form), f"{formset.prefix}-INITIAL_FORMS": ["0"]}
            hidden = {formset.fk.name, formset.model._meta.pk.name, "DELETE"}  # noqa: SLF001  # documented
            for row, each in enumerate(formset.forms):
                values = {bound.name: bound.value() for bound in each if bound.name not in hidden}
                draft.write(formset.prefix, row, values)
        return draft

    # Rows of a relation. A row is a number; its controls are called ``lines-2-quantity``.

    def total(self, relation: str) -> int:
        return int(self.typed.get(f"{relation}-TOTAL_FORMS", ["0"])[0])

    def row_of(self, relation: str, pk: Any) -> int | None:
        rows = range(self.total(relation))
        return next((row for row in rows if self.typed.get(f"{relation}-{row}-id") == [str(pk)]), None)

    def write(self, relation: str, row: int, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.typed[f"{relation}-{row}-{name}"] = texts(value)

    def append(self, relation: str, values: Mapping[str, Any]) -> None:
        """One more row."""
        row = self.total(relation)
        self.typed[f"{relation}-TOTAL_FORMS"] = [str(row + 1)]
        self.write(relation, row, {**self.blank.get(relation, {}), **values})

    def take_out(self, relation: str, row: int | None) -> None:
        if row is not None:
            self.typed[f"{relation}-{row}-DELETE"] = ["on"]


def commanded(draft: Draft, records: Records, values: Mapping[str, Any]) -> Typed:
    """The draft with these values in it. Raises ``ValidationError`` for a name or a command that does not fit."""
    for name, value in values.items():
        if name in records.related:
            for letter, *operands in commands(name, value):
                order_rows(draft, name, letter, operands)
        elif is_commands(value):
            draft.typed[name] = order_keys(draft.typed.get(name, []), name, value)
        else:
            draft.typed[name] = texts(value)
    return {name: value for name, value in draft.typed.items() if value}


def is_commands(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, list) and each[:1] for each in value)


def commands(name: str, value: Any) -> Sequence[Sequence[Any]]:
    if value and not is_commands(value):
        raise ValidationError(_("%(name)s takes commands, such as ('C', {…}).") % {"name": name})
    return value or []


# ── Rows that belong to the record ──


def order_rows(draft: Draft, relation: str, letter: str, operands: Sequence[Any]) -> None:
    if letter not in ROWS:
        raise ValidationError(_("A row of %(name)s belongs to one record: it cannot be linked.") % {"name": relation})
    ROWS[letter](draft, relation, *operands)


def update(draft: Draft, relation: str, pk: Any, values: Mapping[str, Any]) -> None:
    row = draft.row_of(relation, pk)
    if row is not None:
        draft.write(relation, row, values)


def clear(draft: Draft, relation: str) -> None:
    for row in range(draft.total(relation)):
        draft.take_out(relation, row)


def keep_only(draft: Draft, relation: str, pks: Sequence[Any]) -> None:
    kept = {draft.row_of(relation, pk) for pk in pks}
    for row in range(draft.total(relation)):
        if row not in kept:
            draft.take_out(relation, row)


ROWS: dict[str, Callable[..., None]] = {
    "C": Draft.append,
    "U": update,
    "D": lambda draft, relation, pk: draft.take_out(relation, draft.row_of(relation, pk)),
    "X": lambda draft, relation, pk: draft.take_out(relation, draft.row_of(relation, pk)),
    "K": clear,
    "S": keep_only,
}


# ── A choice of several records ──


def order_keys(keys: Sequence[str], name: str, orders: Sequence[Sequence[Any]]) -> list[str]:
    present = list(keys)
    for letter, *operands in orders:
        if letter not in KEYS:
            raise ValidationError(_("%(name)s is a choice of records: nothing is created in it.") % {"name": name})
        present = KEYS[letter](present, *operands)
    return present


KEYS: dict[str, Callable[..., list[str]]] = {
    "D": lambda keys, pk: [key for key in keys if key != str(pk)],
    "X": lambda keys, pk: [key for key in keys if key != str(pk)],
    "L": lambda keys, pk: [*keys, str(pk)] if str(pk) not in keys else keys,
    "K": lambda _keys: [],
    "S": lambda _keys, pks: [str(pk) for pk in pks],
}
