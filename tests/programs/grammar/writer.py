"""Who writes: what there is to choose from, which names are known, and how much may still be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from tests.programs.grammar.broken import broken_thing
from tests.programs.grammar.control import CONTROL
from tests.programs.grammar.elements import IN_FLOW, IN_PHRASING, MODELS, element
from tests.programs.grammar.texts import variable, words
from tests.programs.grammar.words import EMPTY, FLOW, INT_FILTERS, OF_LOOP, PARTS_OF, ROOT, TEXT_FILTERS, Place
from tests.programs.parts import Part


class Writer:
    """Writes templates. ``broken``: also such HTML as nobody should write. ``size``: how much, about."""

    def __init__(self, random: Random, *, broken: bool = False, components: bool = True, size: int = 14) -> None:
        self.random = random
        self.broken = broken
        self.components = components
        self.left = size
        """How many things may still be written, about."""
        self.depth = 0
        self.templates: dict[str, Part] = {}
        self.scope: dict[str, str] = {}
        self.names = 0

    # Chance ----------------------------------------------------------------------------------------------------

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def one(self, choices: Any) -> Any:
        return choices[self.random.randrange(len(choices))]

    def chosen(self, table: tuple[tuple[int, Any], ...]) -> Any:
        """One of ``(weight, thing)``."""
        number = self.random.randrange(sum(weight for weight, _ in table))
        for weight, thing in table:
            number -= weight
            if number < 0:
                return thing
        raise AssertionError

    # Templates -------------------------------------------------------------------------------------------------

    def write(self) -> dict[str, Part]:
        """A set of templates; ``main`` is the component's."""
        main = self.extending() if self.chance(0.1) else self.root()
        return {**self.templates, "main": main}

    def root(self) -> Part:
        shape = self.random.random()
        if shape < 0.6:
            return element(
                self, Place(), self.one(("div", "section", "ul", "table", "main", "p", "form", "svg", "select"))
            )
        if shape < 0.75:
            return Part(self.gap(), element(self, Place(), "div"), self.gap())
        return self.content(Place(), 4)

    def gap(self) -> Part:
        return Part(self.one(("", "\n", "  \n", "<!-- c -->\n", "{# c #}")))

    def extending(self) -> Part:
        base = Part("<div>", self.content(Place(), 2), self.block("first"), self.content(Place(), 1))
        self.templates["base.html"] = Part(base, self.block("second"), "</div>")
        given = [self.override(name) for name in ("first", "second") if self.chance(0.7)]
        return Part("{% extends 'base.html' %}", *given)

    def block(self, name: str) -> Part:
        with self.scoped():
            return Part(f"{{% block {name} %}}", self.content(Place(), 2), f"{{% endblock {name} %}}")

    def override(self, name: str) -> Part:
        with self.scoped():
            above = Part("{{ block.super }}") if self.chance(0.4) else EMPTY
            return Part(
                f"{{% block {name} %}}", self.content(Place(), 2), above, self.content(Place(), 1), "{% endblock %}"
            )

    # Names and expressions ---------------------------------------------------------------------------------------

    @contextmanager
    def scoped(self, **names: str) -> Iterator[None]:
        outer, self.scope = self.scope, {**self.scope, **names}
        try:
            yield
        finally:
            self.scope = outer

    def name(self, prefix: str) -> str:
        """A new name, or sometimes one that hides another."""
        if self.chance(0.08):
            return str(self.one(("title", "n", "row", "x", "words")))
        self.names += 1
        return f"{prefix}{self.names}"

    def expression(self, kind: str) -> str:
        """An expression that comes to this kind of thing."""
        own = list(self.own(kind))
        if own and self.chance(0.75):
            return str(self.one(own))
        return str(self.one(ROOT[kind]))

    def own(self, kind: str) -> Iterator[str]:
        for name, stands_for in self.scope.items():
            if stands_for == kind:
                yield name
            for path in PARTS_OF.get(stands_for, {}).get(kind, ()):
                yield f"{name}.{path}"
        if self.scope.get("forloop") == "inner" and kind in OF_LOOP:
            for path in OF_LOOP[kind]:
                yield f"forloop.parentloop.{path}"
                yield f"forloop.{path}"

    def text(self) -> str:
        """Something to be shown as text: with filters, sometimes several."""
        kind = self.one(("text", "text", "text", "int"))
        found = self.expression(kind)
        while self.chance(0.3):
            found += f"|{self.one(TEXT_FILTERS if kind == 'text' else INT_FILTERS)}"
        return found

    def condition(self, depth: int = 1) -> str:
        shape = self.random.randrange(10)
        if shape < 4 or not depth:
            return self.expression("bool")
        if shape == 4:
            return f"not {self.condition(0)}"
        if shape == 5:
            return f"{self.condition(0)} {self.one(('and', 'or'))} {self.condition(0)}"
        if shape == 6:
            return f"{self.expression('text')} in {self.expression('words')}"
        if shape == 7:
            return f"{self.expression('text')} == {self.expression('text')}"
        return f"{self.expression('int')} {self.one(('>', '==', '!=', '<='))} {self.expression('int')}"

    def identities(self) -> list[str]:
        found = [f"{name}.uid" for name, kind in self.scope.items() if kind == "row"]
        found += [f"{name}.pk" for name, kind in self.scope.items() if kind == "thing"]
        return found + (["forloop.counter"] if "forloop" in self.scope else [])

    def fresh_number(self) -> int:
        self.names += 1
        return self.names

    # Content -----------------------------------------------------------------------------------------------------

    def content(self, place: Place, most: int = 3) -> Part:
        """Some things one after another that may stand there."""
        if self.depth > 7:
            return self.simple(place)
        self.depth += 1
        try:
            count = 0 if self.chance(0.06) else self.random.randrange(1, most + 1)
            return Part(*[self.thing(place) for _ in range(count)])
        finally:
            self.depth -= 1

    def thing(self, place: Place) -> Part:
        self.left -= 1
        if self.left < 0:
            return self.simple(place)
        if self.broken and self.chance(0.07):
            return broken_thing(self, place)
        if self.chance(0.4):
            made: Part = self.chosen(CONTROL)(self, place)
            return made
        return self.plain_thing(place)

    def simple(self, place: Place) -> Part:
        if place.may_hold_text:
            return variable(self, place) if self.chance(0.6) else words(self, place)
        return Part(self.one(("", "\n")))

    def plain_thing(self, place: Place) -> Part:
        if place.model in MODELS:
            return Part(MODELS[place.model](self, place))
        table = IN_FLOW if place.model == FLOW else IN_PHRASING
        made: Part = self.chosen(table)(self, place)
        return made
