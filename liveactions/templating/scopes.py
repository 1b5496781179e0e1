"""Tags that do something to the context around their content: names, autoescaping, a language, another template.

Each does to the context what Django's node does, and undoes it, so that any part of its content can be written alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.template import Template
from django.template.defaulttags import AutoEscapeControlNode, WithNode
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode
from django.templatetags.i18n import LanguageNode
from django.templatetags.l10n import LocalizeNode
from django.templatetags.tz import LocalTimeNode, TimezoneNode
from django.utils import timezone, translation

from liveactions.templating.nodes import Part, annotated
from liveactions.templating.probes import Probe, are_plain
from liveactions.templating.reads import merged
from liveactions.templating.slots import Frame, Reading, Run

__all__ = [
    "Autoescaped",
    "Extended",
    "Given",
    "InBlock",
    "InLanguage",
    "InTimezone",
    "Included",
    "LocalTimed",
    "Localized",
    "Named",
    "Overridden",
    "Pushed",
    "Scoped",
]


@dataclass(eq=False, slots=True)
class Scoped(Part, ABC):
    """A tag around its one content."""

    @property
    def frame(self) -> Frame:
        return self.contents[0].frame

    @property
    def forced(self) -> bool:
        """It has to be entered at every turn."""
        return self.frame.forced

    @abstractmethod
    def enter(self, run: Run) -> Any:
        """Returns what ``leave`` needs."""

    @abstractmethod
    def leave(self, run: Run, token: Any) -> None:
        """Undo what ``enter`` has done."""

    def write(self, run: Run) -> str:
        token = self.enter(run)
        try:
            return self.contents[0].write(run)
        finally:
            self.leave(run, token)


# ── Names ──


@dataclass(frozen=True, slots=True)
class Given:
    """A name, the expression for its value, and what that reads."""

    expression: Any
    reading: Reading
    probes: tuple[Probe, ...]

    def is_loose(self, run: Run) -> bool:
        """Whether its value may be another at the next turn although no field has changed."""
        return not self.reading.names.isdisjoint(run.loose) or not are_plain(self.probes, run)


@dataclass(eq=False, slots=True)
class Naming(Scoped):
    """Gives names to its content."""

    given: Mapping[str, Given] = field(default_factory=dict)

    def total(self) -> Reading:
        return merged([*(each.reading for each in self.given.values()), self.contents[0].total()])

    def needs(self) -> frozenset[str]:
        return Part.needs(self).union(*(each.reading.names for each in self.given.values()))

    def resolved(self, run: Run) -> dict[str, Any]:
        try:
            return {name: each.expression.resolve(run.context) for name, each in self.given.items()}
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(self.node, error, run)

    def loosened(self, run: Run) -> frozenset[str]:
        """What is loose inside."""
        if not self.given:
            return run.loose
        loose = frozenset(name for name, each in self.given.items() if each.is_loose(run))
        return run.loose - self.given.keys() | loose


class Named(Naming):
    """``{% with %}``."""

    __slots__ = ()
    node: WithNode

    def enter(self, run: Run) -> Any:
        token, loose = run.loose, self.loosened(run)
        run.context.push(**self.resolved(run))
        run.loose = loose
        return token

    def leave(self, run: Run, token: Any) -> None:
        run.context.pop()
        run.loose = token


class Pushed(Scoped):
    """``{% empty %}``: names that are given inside are not seen outside."""

    __slots__ = ()

    def enter(self, run: Run) -> Any:
        run.context.push()

    def leave(self, run: Run, token: Any) -> None:  # noqa: ARG002  # one of the scopes
        run.context.pop()


@dataclass(eq=False, slots=True)
class Included(Naming):
    """``{% include %}`` of a template whose name stands there."""

    template_object: Template | None = None

    def enter(self, run: Run) -> Any:
        node: Any = self.node
        token, loose = (run.context, run.loose), self.loosened(run)
        values = self.resolved(run)
        if node.isolated_context:
            run.context = run.context.new(values)
        else:
            run.context.push(**values)
        run.loose = loose
        state = run.context.render_context
        inner, state.template = state.template, self.template_object
        state.push()
        return (*token, inner)

    def leave(self, run: Run, token: Any) -> None:
        context, loose, inner = token
        state = run.context.render_context
        state.pop()
        state.template = inner
        if run.context is context:
            context.pop()
        run.context, run.loose = context, loose


# ── Inheritance ──


@dataclass(eq=False, slots=True)
class Extended(Scoped):
    """``{% extends %}``: the content is the outermost template's. ``levels``: the blocks of each one, nearest first."""

    root: Template | None = None
    levels: tuple[dict[str, BlockNode], ...] = ()

    def enter(self, run: Run) -> Any:
        state = run.context.render_context
        blocks = state.get(BLOCK_CONTEXT_KEY)
        if blocks is None:
            blocks = state[BLOCK_CONTEXT_KEY] = BlockContext()
        for level in self.levels:
            blocks.add_blocks(level)
        inner, state.template = state.template, self.root
        return inner

    def leave(self, run: Run, token: Any) -> None:
        run.context.render_context.template = token

    def write(self, run: Run) -> str:
        return Part.write(self, run)


@dataclass(eq=False, slots=True)
class InBlock(Scoped):
    """``{% block %}``, with the content that a template further down gives it; and ``{{ block.super }}`` in one."""

    name: str = ""

    def enter(self, run: Run) -> Any:
        context = run.context
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        context.push()
        if blocks is None:
            context["block"] = self.node
            return None
        taken = blocks.pop(self.name)
        nearest: Any = self.node if taken is None else taken
        block: Any = type(nearest)(nearest.name, nearest.nodelist)
        block.context = context
        context["block"] = block
        return blocks, taken

    def leave(self, run: Run, token: Any) -> None:
        if token is not None and token[1] is not None:
            token[0].push(self.name, token[1])
        run.context.pop()


# ── How values are written ──


class Switched(Scoped):
    """Sets an attribute of the context."""

    __slots__ = ()
    leaks = True
    attribute = ""
    setting = ""

    def enter(self, run: Run) -> Any:
        before = getattr(run.context, self.attribute)
        setattr(run.context, self.attribute, getattr(self.node, self.setting))
        return before

    def leave(self, run: Run, token: Any) -> None:
        setattr(run.context, self.attribute, token)


class Autoescaped(Switched):
    """``{% autoescape %}``."""

    __slots__ = ()
    node: AutoEscapeControlNode
    attribute = "autoescape"
    setting = "setting"


class Localized(Switched):
    """``{% localize %}``."""

    __slots__ = ()
    node: LocalizeNode
    attribute = setting = "use_l10n"


class LocalTimed(Switched):
    """``{% localtime %}``."""

    __slots__ = ()
    node: LocalTimeNode
    attribute = setting = "use_tz"


class Overridden(Scoped):
    """Overrides something of the thread with the value of an expression. All inside depends on that."""

    __slots__ = ()
    leaks = True

    @abstractmethod
    def override(self, run: Run) -> AbstractContextManager[None]:
        """What overrides it for a time."""

    def enter(self, run: Run) -> Any:
        loose = run.loose
        if not self.reading.names.isdisjoint(run.loose) or not are_plain(self.probes, run):
            run.loose |= {self.mark}
        try:
            manager = self.override(run)
            manager.__enter__()
        except Exception as error:  # noqa: BLE001  # it is raised again
            run.loose = loose
            annotated(self.node, error, run)
        return manager, loose

    def leave(self, run: Run, token: Any) -> None:
        manager, run.loose = token
        manager.__exit__(None, None, None)

    @property
    def mark(self) -> str:
        """A name that nothing in a context can have; what is inside is said to look it up."""
        return f"{{% {type(self).__name__} %}}"


class InLanguage(Overridden):
    """``{% language %}``."""

    __slots__ = ()
    node: LanguageNode

    def override(self, run: Run) -> AbstractContextManager[None]:
        return translation.override(self.node.language.resolve(run.context))


class InTimezone(Overridden):
    """``{% timezone %}``."""

    __slots__ = ()
    node: TimezoneNode

    def override(self, run: Run) -> AbstractContextManager[None]:
        return timezone.override(self.node.tz.resolve(run.context))
