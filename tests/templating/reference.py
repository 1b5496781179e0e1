"""What programs are measured against: Django itself, and what a page does with changes, as simply as can be.

``Desk`` holds a component, its program, and what a page would have of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.template import Engine, Template

from liveactions import Component
from liveactions.rendering.blocks import Slot
from liveactions.rendering.compose import html
from liveactions.runtime import Surroundings
from liveactions.templating.context import Scope, context_in
from liveactions.templating.program import Program, looked_up
from liveactions.templating.slots import BlockEvaluator, Run
from tests.programs.applying import applied

# ── Where nested components are placed ──


class Nursery:
    """Places components by their key, and remembers which stand there."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.params: dict[str, Mapping[str, Any]] = {}
        self.asked: list[str] = []
        self.again: list[str] = []
        self.standing: set[str] = set()
        self.dropped: set[str] = set()

    def begin(self) -> None:
        self.again, self.dropped, self.asked = [], set(), []

    def place(
        self, component: Any, params: Mapping[str, Any], key: object | None = None, before: str | None = None
    ) -> tuple[int, str]:
        number = sum(1 for each in self.again if each.startswith(f"{component}:#"))
        own = f"{component}:{key}" if key is not None else before or f"{component}:#{number}"
        assert own not in self.again, f"{own} is placed twice"
        self.again.append(own)
        self.asked.append(own)
        self.params[own] = dict(params)
        return self.ids.setdefault(own, len(self.ids) + 1), own

    def placeholder(self, id: int) -> str:  # noqa: A002
        key = next(key for key, own in self.ids.items() if own == id)
        return f"<i>{key}</i>"

    def html(self, id: int) -> str | None:  # noqa: A002
        return self.placeholder(id)

    def taken(self) -> tuple[str, ...]:
        asked, self.asked = tuple(self.asked), []
        return asked

    def drop(self, keys: Iterable[str]) -> None:
        self.dropped.update(keys)

    def finish(self) -> None:
        self.standing = (self.standing - self.dropped) | set(self.again)


# ── A component, its program, and its page ──


def engine_of(templates: Mapping[str, str] | None = None, **options: Any) -> Engine:
    """An engine that has these templates."""
    loaders = [("django.template.loaders.locmem.Loader", dict(templates or {}))]
    libraries = {
        "cache": "django.templatetags.cache",
        "humanize": "django.contrib.humanize.templatetags.humanize",
        "i18n": "django.templatetags.i18n",
        "l10n": "django.templatetags.l10n",
        "live": "liveactions.templatetags.live",
        "static": "django.templatetags.static",
        "tz": "django.templatetags.tz",
        "tried": "tests.templating.tried",
    }
    return Engine(loaders=loaders, libraries=libraries, **options)


class Desk:
    """A component on its page, rendered by its program, and by Django to compare."""

    def __init__(self, component: Component, source: str, engine: Engine | None = None) -> None:
        self.component = component
        self.template = Template(source, engine=engine or engine_of(), name="tried.html")
        found = looked_up(self.template, type(component))
        assert isinstance(found, Program), found
        self.program = found
        self.nursery = Nursery()
        self.values: list[Any] = []
        self.memo: Any = None

    @property
    def scope(self) -> Scope:
        return Scope(self.component, Surroundings(csrf=lambda: "a-token"))

    def django(self) -> str:
        """What Django renders now."""
        return self.template.render(context_in(self.scope, Nursery()))

    def fresh(self) -> str:
        """What the program renders now, from scratch."""
        self.nursery.begin()
        run = Run(self.scope, None, self.nursery, self.template)
        self.values, self.memo = self.program.fresh(run, self.memo)
        self.nursery.finish()
        return self.html()

    def change(self, *dirty: str, everything: bool = False) -> list[Any]:
        """What the program sends when these fields have changed; the page has applied it."""
        self.nursery.begin()
        before = repr(self.memo)
        run = Run(self.scope, None if everything else frozenset(dirty), self.nursery, self.template, wire=True)
        changes, memo = self.program.change(run, self.memo)
        assert repr(self.memo) == before, "a memo stays as it is"
        self.memo = memo
        self.nursery.finish()
        self.values = applied(self.program.block, self.values, changes)
        return changes

    def set(self, **fields: Any) -> list[Any]:
        """Change fields of the component, and with them the page."""
        vars(self.component).update(fields)
        return self.change(*fields)

    def html(self) -> str:
        """What the page shows."""
        return html(self.program.block, self.values, self.nursery.placeholder)

    @contextmanager
    def counting(self) -> Iterator[list[Slot]]:
        """The slots that are evaluated meanwhile."""
        evaluated: list[Slot] = []
        for block in blocks_of(self.program.evaluator):
            block.evaluators = tuple(
                Counted(each, slot, evaluated) for each, slot in zip(block.evaluators, block.block.slots, strict=True)
            )
        try:
            yield evaluated
        finally:
            for block in blocks_of(self.program.evaluator):
                block.evaluators = tuple(each.inner for each in block.evaluators)


class Counted:
    """An evaluator that says when it is used."""

    def __init__(self, inner: Any, slot: Slot, evaluated: list[Slot]) -> None:
        self.inner = inner
        self.slot = slot
        self.evaluated = evaluated

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name not in {"fresh", "change", "value"}:
            return found

        def counted(*args: Any) -> Any:
            self.evaluated.append(self.slot)
            return found(*args)

        return counted


def blocks_of(block: BlockEvaluator) -> Iterator[BlockEvaluator]:
    yield block
    for each in block.evaluators:
        inner = getattr(each, "inner", each) if isinstance(each, Counted) else each
        for nested in getattr(inner, "blocks", ()):
            yield from blocks_of(nested)
