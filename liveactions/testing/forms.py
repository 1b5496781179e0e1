"""Writing values into a form as a user would: its fields, and the rows of a relation (``UpdateParent``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liveactions.testing.bindings import model_of
from liveactions.testing.controls import CONTROL, Drafts, is_group
from liveactions.testing.document import (
    Document,
    Node,
    attribute,
    attributes,
    closest,
    content_of,
    describe,
    fragment_of,
    same,
)
from liveactions.testing.errors import NotUsable
from liveactions.testing.gestures import Request, Write, chosen, entered

__all__ = ["FormWriter"]

KEY = "live-key"
PREFIX = "__prefix__"
"""In the template of a row: where the row's key belongs, as in the empty form of Django's formsets."""


@dataclass
class FormWriter:
    """Writes into one form. ``diagnostics`` is what a browser would say on its console."""

    document: Document
    drafts: Drafts
    diagnostics: list[str]
    wanted: list[Request | Write] = field(default_factory=list)
    """What the page has to ask the server: bound fields, and actions that are bound to a change."""

    def write(self, form: Node, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            relation = self.relation_called(name, form)
            if relation is not None and is_commands(value):
                for letter, *operands in value:
                    self.command(Relation(self, relation, name), letter, operands)
            elif not self.enter(form, name, value):
                self.diagnostics.append(f'The form has no control named "{name}".')

    def relation_called(self, name: str, form: Node) -> Node | None:
        found = self.document.select("[live-relation]", form)
        return next((node for node in found if attribute(node, "live-relation") == name), None)

    def command(self, relation: Relation, letter: str, operands: Sequence[Any]) -> None:
        command = COMMANDS.get(letter)
        if command is None:
            self.diagnostics.append(f"{letter} is no command of a relation.")
        else:
            command(relation, *operands)

    def enter(self, place: Node, name: str, value: Any) -> bool:
        """Write into the controls in ``place`` with this name, or bound to this field. False if there are none."""
        group = [control for control in self.document.select(CONTROL, place) if is_called(control, name)]
        if not group:
            return False
        try:
            self.wanted += self.entered(group, value)
        except NotUsable as error:
            self.diagnostics.append(str(error))
        return True

    def entered(self, group: list[Node], value: Any) -> list[Request | Write]:
        if is_group(group):
            return chosen(self.document, self.drafts, group, value)
        box = attribute(group[0], "type") in ("checkbox", "radio")
        text = bool(value) if box and not isinstance(value, str) else "" if value is None else value
        return entered(self.document, self.drafts, group[0], text)


@dataclass(frozen=True)
class Relation:
    """The rows in one element with ``live-relation``."""

    form: FormWriter
    element: Node
    name: str

    def rows(self) -> Iterator[Node]:
        for row in self.form.document.select(f"[{KEY}]", self.element):
            around = closest(row, "[live-relation]")
            if around is not None and same(around, self.element):
                yield row

    def row(self, key: Any) -> Node | None:
        return next((row for row in self.rows() if attribute(row, KEY) == str(key)), None)

    def create(self, values: Mapping[str, Any]) -> None:
        number = 1
        while self.row(f"new{number}") is not None:
            number += 1
        self.add(f"new{number}")
        self.update(f"new{number}", values)

    def update(self, key: Any, values: Mapping[str, Any]) -> None:
        row = self.row(key)
        for name, value in values.items():
            if row is not None:
                self.form.enter(row, f"{self.name}-{key}-{name}", value)

    def delete(self, key: Any) -> None:
        """Deleted with the form: a row with the box that says so (as Django's formsets have it) stays, hidden."""
        row = self.row(key)
        if row is not None and self.form.enter(row, f"{self.name}-{key}-DELETE", True):
            row.attrs["hidden"] = ""
        else:
            self.take_out(row)

    def unlink(self, key: Any) -> None:
        self.take_out(self.row(key))

    def link(self, key: Any) -> None:
        if self.row(key) is None:
            self.add(str(key))

    def clear(self) -> None:
        self.become([])

    def become(self, keys: Sequence[Any]) -> None:
        wanted = set(map(str, keys))
        while (row := next((row for row in self.rows() if attribute(row, KEY) not in wanted), None)) is not None:
            self.take_out(row)
        for key in keys:
            self.link(key)

    def take_out(self, row: Node | None) -> None:
        if row is not None:
            controls = self.form.document.select(CONTROL, row)
            self.form.drafts.forget(map(self.form.drafts.key, controls))
            row.decompose()

    def add(self, key: str) -> None:
        """A row of the template in the relation, after the last one."""
        template = next(iter(self.form.document.select("template", self.element)), None)
        made = None if template is None else first_row(template, key)
        if template is None or made is None:
            self.form.diagnostics.append(
                f"{describe(self.element)} needs a <template> with one row, to have rows added."
            )
            return
        present = list(self.rows())
        if present:
            present[-1].insert_after(made)
        else:
            template.insert_before(made)


COMMANDS: dict[str, Callable[..., None]] = {
    "C": Relation.create,
    "U": Relation.update,
    "D": Relation.delete,
    "X": Relation.unlink,
    "L": Relation.link,
    "K": Relation.clear,
    "S": Relation.become,
}


def is_commands(value: Any) -> bool:
    return isinstance(value, Sequence) and all(
        isinstance(each, Sequence) and each and isinstance(each[0], str) and not isinstance(each, str) for each in value
    )


def is_called(control: Node, name: str) -> bool:
    model = model_of(control)
    return attribute(control, "name") == name or (model is not None and model.field == name)


def first_row(template: Node, key: str) -> Node | None:
    """The row in a ``<template>``, with its key in its attributes."""
    row = fragment_of(content_of(template)).css_first("*")
    if row is None:
        return None
    for node in [row, *row.css("*")]:
        for name, value in attributes(node).items():
            if PREFIX in value:
                node.attrs[name] = value.replace(PREFIX, key)
    row.attrs[KEY] = key
    return row
