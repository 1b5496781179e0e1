"""The parts of a template: what its nodes have become, and how each writes its HTML.

A part is the payload of a piece. It is written by Django's own node, in a context that is what it would be in Django;
only plain variables have a faster way of their own, which leaves to Django whatever is not quite simple.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.signals import setting_changed
from django.template import Context, VariableDoesNotExist
from django.template.base import FilterExpression, VariableNode, render_value_in_context
from django.template.base import Node as TemplateNode
from django.template.defaulttags import CycleNode, ForNode, IfNode
from django.template.library import SimpleNode
from django.utils.safestring import SafeString

from liveactions.rendering.pieces import Piece, Text
from liveactions.templating.culprits import annotated
from liveactions.templating.guards import Guard
from liveactions.templating.probes import Probe, Use, are_plain, name_of, suits
from liveactions.templating.reads import CONSTANT, leaving_loop, merged, untracked
from liveactions.templating.slots import NOWHERE, Frame, Reading, Run, framed, sequence_of
from liveactions.templating.trails import ASK, SCALARS, follow

__all__ = [
    "Changed",
    "Chosen",
    "Condition",
    "Conditional",
    "Content",
    "Cycled",
    "Embedded",
    "Emptiness",
    "Guard",
    "Lookup",
    "Looped",
    "Part",
    "Printed",
    "SetName",
    "annotated",
    "quickly",
    "written",
]


@dataclass(eq=False, slots=True)
class Content:
    """One list of nodes: its pieces in order, and the frame of its setters."""

    pieces: tuple[Piece, ...] = ()
    frame: Frame = NOWHERE
    probes: tuple[Probe, ...] = ()
    """What has to be data if Django writes all of it as a whole."""
    gives: frozenset[str] = frozenset()
    """Names that are set in it and seen by what comes after it, unless it has a layer of names of its own."""
    givers: tuple[Content, ...] = ()
    """The contents in it that not always give the names that they do."""

    @property
    def parts(self) -> list[Part]:
        """What is not static in it."""
        return [piece.payload for piece in self.pieces if not isinstance(piece, Text)]

    def total(self) -> Reading:
        """What anything in it reads."""
        forced = untracked("a tag in it has an effect on what comes after it") if self.frame.forced else CONSTANT
        return merged([*(part.total() for part in self.parts), forced])

    def needs(self) -> frozenset[str]:
        """The names that are looked up in it before it gives them itself."""
        found: frozenset[str] = frozenset()
        given: frozenset[str] = frozenset()
        setters = list(self.frame.setters)
        for part in [*self.parts, None]:
            while setters and (part is None or setters[0].before < part.before):
                setter = setters.pop(0)
                found |= setter.reading.names - given
                given |= setter.sets
            found |= part.needs() - given if part is not None else frozenset()
        return found

    @property
    def stateful(self) -> bool:
        return self.frame.forced or any(part.stateful for part in self.parts)

    @property
    def places(self) -> bool:
        return any(part.places for part in self.parts)

    @property
    def guard(self) -> Guard | None:
        """There is one if something in it might change what names mean."""
        own: list[Any] = [*self.parts, *self.frame.setters]
        return next((part.guard for part in own if part.guard is not None), None)

    def write(self, run: Run) -> str:
        """Its HTML, as a whole."""
        if not self.frame.setters:
            return written(self.pieces, run)
        with framed(run, self.frame, finish=True):
            return written(self.pieces, run)


def rendered(node: TemplateNode, run: Run) -> str:
    """What Django renders of a node."""
    html: Any = node.render_annotated(run.context)
    return "".join((html,))  # as in Django, where a tag that answers no string fails


def written(pieces: Iterable[Piece], run: Run) -> str:
    """The HTML of pieces, one after the other."""
    return "".join([piece.text if isinstance(piece, Text) else piece.payload.turn(run) for piece in pieces])


@dataclass(eq=False, slots=True)
class Part:
    """A node with all in it. ``reading`` is what the node itself reads, ``probes`` what of that has to be data."""

    node: TemplateNode
    reading: Reading = CONSTANT
    probes: tuple[Probe, ...] = ()
    contents: tuple[Content, ...] = ()
    stateful: bool = False
    places: bool = False
    whole: tuple[Probe, ...] = ()
    """What has to be data where Django writes it together with something around it."""
    before: int = 0
    """How many of the setters of its frame come first."""
    guard: Guard | None = None
    """There is one if it, or something in it, might change what names mean."""
    leaks: ClassVar[bool] = False
    """Whether names that are given inside are seen by what comes after it."""

    def __post_init__(self) -> None:
        self.stateful = self.stateful or any(content.stateful for content in self.contents)
        self.places = self.places or any(content.places for content in self.contents)
        self.guard = self.guard or next(filter(None, (content.guard for content in self.contents)), None)
        self.whole = self.whole or (*self.probes, *(probe for content in self.contents for probe in content.probes))

    def total(self) -> Reading:
        """What it and anything in it reads."""
        return merged([self.reading, *(content.total() for content in self.contents)])

    def needs(self) -> frozenset[str]:
        """The names that are looked up in it before it gives them itself."""
        return self.reading.names.union(*(content.needs() for content in self.contents))

    def turn(self, run: Run) -> str:
        """Its HTML, when its turn has come."""
        if self.before:
            run.ready(self.before)
        return self.write(run)

    def write(self, run: Run) -> str:
        """Its HTML, as Django writes it."""
        return self.written_by(self.node, run)

    def written_by(self, node: TemplateNode, run: Run) -> str:
        self.look(run, self.whole)
        if self.guard is None:
            return rendered(node, run)
        before = self.guard.seen(run.context)
        text = rendered(node, run)
        self.guard.check(run, before)
        return text

    def look(self, run: Run, probes: tuple[Probe, ...]) -> None:
        """Note it if something is not data."""
        if probes and not run.strange and not are_plain(probes, run):
            run.strange = True

    @property
    def line(self) -> int:
        """The line of the template on which it begins; 0 if nobody knows."""
        return getattr(self.node.token, "lineno", None) or 0

    @property
    def template(self) -> str:
        """The name of the template that it stands in; "" if it has none."""
        return getattr(getattr(self.node, "origin", None), "template_name", None) or ""

    @property
    def source(self) -> str:
        """What stands in the template."""
        token = self.node.token
        if token is None:
            return type(self.node).__name__
        contents = " ".join(token.contents.split())
        return f"{{{{ {contents} }}}}" if token.token_type.name == "VAR" else f"{{% {contents} %}}"


@dataclass(eq=False, slots=True)
class SetName(Part):
    """A tag that writes nothing and gives a name a value."""

    sets: frozenset[str] = frozenset()

    def execute(self, run: Run) -> None:
        """Do it, and note whether the value is made of data."""
        known = self.reading.fields is not None
        plain = known and self.reading.names.isdisjoint(run.loose) and are_plain(self.probes, run)
        before = None if self.guard is None else self.guard.seen(run.context)
        self.node.render_annotated(run.context)
        run.loose = run.loose - self.sets if plain or not known else run.loose | self.sets
        if self.guard is not None and before is not None:
            self.guard.check(run, before, self.sets)


# ── Variables ──


class Lookup:
    """A name and a path. ``field``: the name is a state field's, and looked up in the component directly."""

    __slots__ = ("field", "name", "path")

    def __init__(self, path: tuple[str, ...], *, field: bool) -> None:
        self.name, self.path = path[0], path[1:]
        self.field = field

    def find(self, run: Run) -> tuple[Any, bool]:
        """What stands there, ``ASK`` if it takes Django to tell; and whether it was reached through data."""
        value = run.state[self.name] if self.field and not run.altered else found(run.context, self.name)
        if type(value) not in SCALARS and callable(value):
            return ASK, False
        return follow(value, self.path) if self.path else (value, True)


def found(context: Context, name: str) -> Any:
    for layer in reversed(context.dicts):
        if name in layer:
            return layer[name]
    raise KeyError(name)


class Printed(Part):
    """``{{ name.path|filters }}``. ``probes`` are those of the filters' arguments."""

    __slots__ = ("filters", "find", "is_field", "made_by", "name", "path")
    node: VariableNode

    def __init__(
        self,
        node: VariableNode,
        reading: Reading,
        probes: tuple[Probe, ...],
        whole: tuple[Probe, ...],
        lookup: Lookup | None,
    ) -> None:
        super().__init__(node, reading, probes, whole=whole)
        self.find = None if lookup is None else lookup.find
        self.name, self.path = ("", ()) if lookup is None else (lookup.name, lookup.path)
        self.is_field = lookup is not None and lookup.field
        self.filters = node.filter_expression.filters
        self.made_by = tuple(name_of(function) for function, _ in self.filters)

    def write(self, run: Run) -> str:
        """As Django does. Whatever is not simple, errors included, is left to Django."""
        if self.find is not None:
            try:
                value, plain = self.find(run)
                if value is not ASK:
                    return self.printed(value, run)
            except Exception:  # noqa: BLE001  # Django will say it in its own way
                plain = False
            if not plain:
                run.strange = True
        return rendered(self.node, run)

    def printed(self, value: Any, run: Run) -> str:
        if self.filters:
            if type(value) not in SCALARS and not suits(value, Use.WHOLE, self.made_by):
                run.strange = True
            self.look(run, self.probes)
            value = filtered(self.filters, value, run.context)
        kind = type(value)
        if (text := quickly(value, run)) is not None:
            return text
        if kind not in SCALARS and not suits(value, Use.WHOLE, ()):
            run.strange = True
        return str(render_value_in_context(value, run.context))


@lru_cache(maxsize=1)
def are_grouped() -> bool:
    """Whether numbers are written with something between their thousands."""
    return bool(settings.USE_THOUSAND_SEPARATOR)


def forget(*, setting: str, **_: object) -> None:
    if setting == "USE_THOUSAND_SEPARATOR":
        are_grouped.cache_clear()


setting_changed.connect(forget)


def quickly(value: Any, run: Run) -> str | None:
    """What Django writes for a text or a whole number; None for anything else."""
    kind = type(value)
    if kind is int:
        return None if are_grouped() else str(value)
    if kind is str:
        return html.escape(value) if run.escapes else value
    return str(value) if kind is SafeString else None


def filtered(filters: Any, value: Any, context: Context) -> Any:
    """What Django's filters make of a value."""
    expression = FilterExpression.__new__(FilterExpression)
    expression.filters = filters
    expression.var = value
    expression.is_var = False
    return expression.resolve(context)


# ── Branches and loops ──


class Chosen(Part, ABC):
    """One of several contents, or none."""

    __slots__ = ()
    leaks = True

    @abstractmethod
    def choose(self, run: Run) -> int:
        """The number of the content; -1 for none. Notes in ``run.strange`` if it was not data that told."""

    def write(self, run: Run) -> str:
        number = self.choose(run)
        return "" if number < 0 else self.contents[number].write(run)


class Conditional(Chosen):
    """``{% if %}``."""

    __slots__ = ("conditions",)

    def __init__(
        self, node: IfNode, reading: Reading, contents: tuple[Content, ...], conditions: tuple[Condition, ...]
    ) -> None:
        super().__init__(node, reading, tuple(probe for each in conditions for probe in each.probes), contents)
        self.conditions = conditions

    def choose(self, run: Run) -> int:
        try:
            for number, condition in enumerate(self.conditions):
                if condition.holds(run):
                    return number
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(self.node, error, run)
        return -1


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of an ``{% if %}``; ``test`` is None for ``{% else %}``. ``lookup``: it is nothing but that."""

    test: Any
    probes: tuple[Probe, ...] = ()
    lookup: Lookup | None = None

    def holds(self, run: Run) -> bool:
        """Whether it is true. Notes it if it was not data that told."""
        if self.test is None:
            return True
        if self.lookup is not None:
            try:
                value, plain = self.lookup.find(run)
            except Exception:  # noqa: BLE001  # Django will say it in its own way
                value, plain = ASK, False
            if not plain or not (value is ASK or type(value) in SCALARS or suits(value, Use.TRUTH, ())):
                run.strange = True
            if value is not ASK:
                return bool(value)
        elif self.probes and not run.strange and not are_plain(self.probes, run):
            run.strange = True
        try:
            return bool(self.test.eval(run.context))
        except VariableDoesNotExist:
            return False


class Changed(Chosen):
    """``{% ifchanged names %}``: compares them with what they were the last time."""

    __slots__ = ()

    def choose(self, run: Run) -> int:
        node: Any = self.node
        context = run.context
        try:
            memory = node._get_context_stack_frame(context)  # noqa: SLF001  # Django gives no other name to it
            now = [each.resolve(context, ignore_failures=True) for each in node._varlist]  # noqa: SLF001
            if node in memory and memory[node] == now:
                return 1 if len(self.contents) > 1 else -1
            memory[node] = now
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(node, error, run)
        return 0


@dataclass(eq=False, slots=True)
class Looped(Part):
    """``{% for %}``: ``reading`` is what its sequence reads, ``contents[0]`` is a row.

    ``lookup``: the sequence is nothing but that.
    """

    node: ForNode
    lookup: Lookup | None = None

    def total(self) -> Reading:
        inner = leaving_loop(self.contents[0].total(), self.node.loopvars)
        return merged([self.reading, inner])

    def sequence(self, run: Run) -> Any:
        """What it goes through. Notes in ``run.strange`` if that was not reached through data."""
        if self.lookup is not None and self.node not in run.sequences:
            try:
                found, plain = self.lookup.find(run)
            except Exception:  # noqa: BLE001  # Django will say it in its own way
                found, plain = None, False
            if plain and type(found) in (list, tuple):
                return found
        self.look(run, self.probes)
        try:
            return sequence_of(run, self.node)
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(self.node, error, run)

    def write(self, run: Run) -> str:
        if self.node not in run.sequences:
            return self.written_by(self.node, run)
        node: Any = copy(self.node)
        node.sequence = Found(run.taken(self.node))
        return self.written_by(node, run)


class Found:
    """In the place of an expression whose value is there already: a generator is not gone through twice."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002  # Django's
        return self.value


class Emptiness(Chosen):
    """``{% for %} … {% empty %}``: content 0 is nothing but the loop, content 1 what stands there without rows."""

    __slots__ = ()
    node: ForNode

    def choose(self, run: Run) -> int:
        self.look(run, self.probes)
        try:
            values = sequence_of(run, self.node)
            empty = len(values) < 1
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(self.node, error, run)
        if not empty:
            run.found(self.node, values)
        return int(empty)

    def write(self, run: Run) -> str:
        return Part.write(self, run)


# ── Tags with a memory ──


class Cycled(Part):
    """``{% cycle %}`` once in each row of one loop: the number of the row tells which value it is."""

    __slots__ = ()
    node: CycleNode

    def write(self, run: Run) -> str:
        try:
            row = run.context["forloop"]["counter0"]
            values = self.node.cyclevars
            return str(render_value_in_context(values[row % len(values)].resolve(run.context), run.context))
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(self.node, error, run)


# ── Nested components ──


class Embedded(Part):
    """``{% live %}``."""

    __slots__ = ()
    node: SimpleNode

    def placed(self, run: Run, before: str | None) -> tuple[int, str]:
        """Place the component. Its id and its key."""
        self.look(run, self.probes)
        try:
            positional, named = self.node.get_resolved_arguments(run.context)
            component, key = told(positional[1:], **named)
            return run.placing.place(*component, key, before)
        except Exception as error:  # noqa: BLE001  # it is raised again
            annotated(self.node, error, run)


def told(positional: list[Any], **named: Any) -> tuple[tuple[Any, dict[str, Any]], Any]:
    key = named.pop("key", None)
    named = {**named.pop("with", {}), **named}
    component = positional[0] if positional else named.pop("component")
    return (component, named), key
