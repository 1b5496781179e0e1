"""Walking a template: what is known where a node stands, and what the nodes of one list have become so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.template import Engine, Template
from django.template.base import Node
from django.template.defaulttags import CycleNode, ResetCycleNode
from django.template.loader_tags import BlockNode

from liveactions.rendering.pieces import Leaf, Piece, Scope, Text
from liveactions.templating.nodes import Content, Guard, Lookup, Part, SetName
from liveactions.templating.probes import Probe, exported
from liveactions.templating.reads import (
    CONSTANT,
    Binding,
    Names,
    State,
    derived,
    merged,
    of_expression,
    path_of,
    untracked,
)
from liveactions.templating.scopes import Scoped
from liveactions.templating.slots import EVERYTHING, Frame, Reading

__all__ = ["Blocks", "Handler", "Leak", "Maker", "Place", "Sheet", "Table", "Uncompilable", "cycles_in", "force"]


class Uncompilable(Exception):
    """A template cannot be told in advance; the message says why, in a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a chain of templates: for each name its nodes, the outermost first, with the template of each."""

    nodes: Mapping[str, tuple[tuple[BlockNode, Template], ...]] = field(default_factory=dict)
    present: str = ""
    """The name of the block that is being walked."""

    def taken(self, name: str) -> Blocks:
        """Inside the nearest of this name: without it."""
        return Blocks({**self.nodes, name: self.nodes.get(name, ())[:-1]}, name)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known where a node stands."""

    names: Names
    template: Template
    ambient: Reading = CONSTANT
    """What everything depends on here: the language, the time zone."""
    blocks: Blocks | None = None
    templates: tuple[Template, ...] = ()
    """The templates that this one is included in."""
    row: bool = False
    """Every row of one loop, which is in no other, comes by here once."""
    loops: int = 0

    def inside(self, **changes: Any) -> Place:
        return replace(self, **changes)


@dataclass(slots=True)
class Leak:
    """Names that a tag gives although it may not be reached: whoever looks them up needs it to be."""

    names: frozenset[str]
    contents: list[Content]
    since: int
    """How many pieces of the list there were when it ended."""


@dataclass(slots=True)
class Sheet:
    """One list of nodes while it is walked."""

    place: Place
    pieces: list[Piece] = field(default_factory=list)
    setters: list[SetName] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    bound: dict[str, Binding] = field(default_factory=dict)
    leaks: list[Leak] = field(default_factory=list)

    def add(self, piece: Piece, part: Part) -> None:
        part.before = len(self.setters)
        self.probes += exported(part.whole, self.bound)
        self.pieces.append(piece)

    def bind(self, names: Mapping[str, Binding]) -> None:
        """From here on these names mean this."""
        self.bound.update(names)
        self.place = self.place.inside(names=self.place.names.binding(names))

    def later(self, since: int) -> frozenset[str]:
        """The names that are looked up by what comes after this many pieces."""
        parts = [piece.payload for piece in self.pieces[since:] if not isinstance(piece, Text)]
        readings = [*(part.total() for part in parts), *(setter.reading for setter in self.setters)]
        return frozenset().union(*(each.names for each in readings))


Handler = Callable[["Maker", Any, Sheet], None]
Table = Mapping[type, Handler]
"""What is made of each kind of node."""


class Maker:
    """Makes pieces of the nodes of a template, and of the templates that it extends and includes."""

    def __init__(self, template: Template, table: Table, otherwise: Handler) -> None:
        self.table = table
        self.otherwise = otherwise
        self.engine: Engine = template.engine
        self.guard = Guard()
        self.watched: set[str] = set()
        self.sources: list[Template] = [template]
        self.cycles = cycles_in(template.nodelist)

    # Lists of nodes ---------------------------------------------------------------------------------------------

    def content(self, nodes: Iterable[Node], place: Place, around: Sheet | None = None) -> Content:
        """What a list of nodes becomes. ``around``: the list that names given in this one are seen in, too."""
        sheet = Sheet(place)
        for node in nodes:
            self.table.get(type(node), self.otherwise)(self, node, sheet)
        content = Content(tuple(sheet.pieces))
        self.settle(sheet, content, around)
        return content

    def settle(self, sheet: Sheet, content: Content, around: Sheet | None) -> None:
        """What the setters of a list mean for those who come later, in it and around it."""
        for leak in sheet.leaks:
            if EVERYTHING in (later := sheet.later(leak.since)) or leak.names & later:
                force(leak.contents)
        forced = any(setter.guard is not None or EVERYTHING in setter.sets for setter in sheet.setters)
        content.frame = Frame(tuple(sheet.setters), forced)
        content.probes = (*sheet.probes, *(probe for setter in sheet.setters for probe in setter.probes))
        names = frozenset(name for setter in sheet.setters for name in setter.sets)
        content.gives = names.union(*(leak.names for leak in sheet.leaks))
        content.givers = tuple(giver for leak in sheet.leaks for giver in leak.contents)
        if around is None:
            return
        if names:
            around.leaks.append(Leak(names, [content], -1))
        around.leaks += [Leak(leak.names, [*leak.contents, content], -1) for leak in sheet.leaks]

    def leaked(self, sheet: Sheet) -> None:
        """After a tag whose content gave names: from here on they cannot be told."""
        news = [leak for leak in sheet.leaks if leak.since < 0]
        for leak in news:
            leak.since = len(sheet.pieces)
        names = frozenset().union(*(leak.names for leak in news)) - {EVERYTHING}
        why = "{} is set by a tag that is not always reached"
        sheet.bind({name: Binding(untracked(why.format(name), name)) for name in sorted(names)})

    # Kinds of parts ---------------------------------------------------------------------------------------------

    def read(self, expressions: Iterable[Any], place: Place, *more: Reading) -> Reading:
        """What expressions read here, with what everything depends on here."""
        every = [of_expression(each, place.names) for each in expressions]
        return self.noted(merged([*every, place.ambient, *more]))

    def noted(self, reading: Reading) -> Reading:
        """Names that something is known to look up are watched."""
        if reading.fields is not None:
            self.watched |= reading.names
        return reading

    def lookup(self, variable: Any, names: Names) -> Lookup | None:
        """A way of our own to look a variable up. None for what is not one."""
        path = path_of(variable)
        if path is None:
            return None
        self.watched.add(path[0])
        field = path[0] not in names.bound and isinstance(names.base, State) and path[0] in names.base.fields
        return Lookup(path, field=field)

    def leaf(self, sheet: Sheet, part: Part, *, text: bool = True) -> None:
        sheet.add(Leaf(part, text), part)

    def sets(
        self,
        sheet: Sheet,
        node: Node,
        names: Iterable[str],
        reading: Reading,
        *,
        looks: tuple[Probe, ...] = (),
        guard: Guard | None = None,
    ) -> None:
        """A tag that writes nothing and sets names."""
        setter = SetName(node, reading, looks, before=len(sheet.setters), sets=frozenset(names), guard=guard)
        sheet.setters.append(setter)
        sheet.bind({name: derived(reading) for name in setter.sets - {EVERYTHING}})

    def scope(self, sheet: Sheet, part: Scoped) -> None:
        """A tag around what always stands there."""
        if part.contents[0].parts:
            sheet.add(Scope(part, part.contents[0].pieces), part)
            return
        self.done(sheet, part)
        sheet.pieces += part.contents[0].pieces

    def done(self, sheet: Sheet, part: Part, own: Reading = CONSTANT) -> None:
        """A tag in which nothing is dynamic: it has an effect on names, or might fail. Django does it as a whole."""
        inner = [setter for content in part.contents for setter in content.frame.setters]
        names = frozenset().union(*(setter.sets for setter in inner)) if part.leaks else frozenset()
        before = [sheet.place.names[name].at(name, ()) for name in names - {EVERYTHING}]
        reading = merged([own, *before, *(setter.reading for setter in inner)])
        guard = next(filter(None, (content.guard for content in part.contents)), None)
        self.sets(sheet, part.node, names, reading, looks=part.whole, guard=guard)


def force(contents: Iterable[Content]) -> None:
    """See that these are reached at every turn."""
    for content in contents:
        content.frame = replace(content.frame, forced=True)


def cycles_in(nodes: Iterable[Node]) -> dict[int, int]:
    """How often each ``{% cycle %}`` stands in a template; once more if something resets it."""
    counts: dict[int, int] = {}
    for node in nodes:
        named = node.node if isinstance(node, ResetCycleNode) else node
        if isinstance(named, CycleNode):
            counts[id(named)] = counts.get(id(named), 0) + 1
        for name in getattr(node, "child_nodelists", ()):
            inner = cycles_in(getattr(node, name, None) or ())
            for key, count in inner.items():
                counts[key] = counts.get(key, 0) + count
    return counts
