"""One component in its place on a page: what was rendered of it, what the page has, and what happens in it now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, NamedTuple

from liveactions.components import Component, Seat, Showing, declaration, registry, settle_streams
from liveactions.components.asked import ask_nothing
from liveactions.components.watch import Watch, begin, looking
from liveactions.rendering import placeholder
from liveactions.results import audience

__all__ = ["NOTHING", "Drawing", "Node", "class_of", "scalars"]


class Drawing(NamedTuple):
    """A component as it was rendered in whole."""

    html: str
    """Nested components stand in it as placeholders."""
    memo: Any = None
    """What is remembered of it, to tell what changes; None if it has no program."""
    program: str = ""
    """The hash of its program."""
    shape: str = ""
    """What a page has to know to find the slots in it."""
    wrapped: bool | None = None
    """Whether ``<live-root>`` has to be put around it; None if that is to be found out."""


class Node:
    """One component in its place: what was last rendered of it, and which components stand inside."""

    __slots__ = (
        "actions",
        "address",
        "attended",
        "children",
        "compiled",
        "component",
        "curious",
        "declared",
        "digest",
        "drawing",
        "drawn",
        "given",
        "id",
        "key",
        "known",
        "marks",
        "memo",
        "name",
        "named",
        "parent",
        "placed",
        "plain",
        "program",
        "seats",
        "shared",
        "sitter",
        "stirred",
        "stored",
        "tag",
        "topics",
        "watch",
    )

    def __init__(self, component: Component, name: str, parent: Node | None, key: str) -> None:
        self.component = component
        self.declared = declaration(type(component))
        self.shared = isinstance(component, Showing)
        """Whether it is only the place on this page where a shared component is shown."""
        self.actions = declaration(class_of(name)).actions if self.shared else self.declared.actions
        self.marks: dict[str, str] | None = None
        """What its root element says of a shared component."""
        self.curious = self.declared.hooked or bool(self.declared.signals)
        """Whether anything wants to know which fields have changed."""
        self.id = component.id
        self.name = name
        self.parent = parent
        self.key = key
        self.given: dict[str, Any] = {}
        """The scalar parameters it was last given: the same again are no news, whatever became of the fields."""
        self.children: dict[str, Node] = {}
        self.placed: dict[str, Node] = {}
        """The nested components of the last rendering."""
        self.stirred: list[Node] = []
        """Those of them that were there before and got parameters again."""
        self.address = ""
        """Of a root, where a form in it asked for it: what a browser posts to have it taken up."""
        self.digest = b""
        self.tag = ""
        self.drawing: Drawing | None = None
        """What was rendered and has not gone to the page yet."""
        self.memo: Any = None
        """What is remembered of what the page has, to tell what changes; None if that is not known."""
        self.program = ""
        """The hash of the program that the memo belongs to."""
        self.compiled: Any = None
        """What the renderer found for it the last time: it looks there first."""
        self.plain = False
        """Patches do not fit what the page has of it: it is always sent whole."""
        self.known = False
        """Whether the memo was made of the state as it is here: fields that did not change may be passed over."""
        self.drawn = False
        """Whether it was rendered since ``begin``."""
        self.topics: frozenset[str] = frozenset()
        self.named: tuple[Any, ...] = ()
        """The topics as the component named them."""
        self.seats: dict[str, Seat] = {}
        """Where it is present, by the field that is told who else is."""
        self.sitter = ""
        """The name of its user, for the others."""
        self.attended: set[str] = set()
        """The fields that were told for the first time."""
        self.watch: Watch | None = None
        self.stored = False
        """Whether the store has been given it as it is."""

    def begin(self) -> Watch:
        """Before something happens in the component: from now on changes are noticed. What ``recover`` needs."""
        self.stored = False
        self.watch = begin(self.component)
        self.drawn = False
        return self.watch

    def go_on(self, watch: Watch) -> None:
        """The page has been told what has changed, and the same action goes on."""
        self.let_go()
        watch.renew()

    def close(self, watch: Watch) -> None:
        """What began with ``begin`` has ended."""
        self.let_go()
        self.forget_watch(watch)

    def forget_watch(self, watch: Watch) -> None:
        self.stored = False
        watch.end()
        if self.watch is watch:
            self.watch = None

    def let_go(self) -> None:
        """Its streams forget the items that the page has been given."""
        if self.drawn:
            self.drawn = False
            if not self.declared.streamless:
                settle_streams(self.component)

    def changed(self) -> frozenset[str]:
        """The fields that have, or may have, changed since ``begin``, if anything wants to know."""
        return NOTHING if self.watch is None or not self.curious else self.watch.changed(maybe=True)

    def ask_topics(self) -> bool:
        """Ask the component for its topics. True if they, or what is told of it there, are others than before."""
        if not self.declared.topical:
            return False
        with looking():
            named = tuple(self.component.topics())
            presences = self.declared.presences
            seats = {name: each.seat(self.component) for name, each in presences.items()} if presences else NOWHERE
        if named == self.named and seats == self.seats:
            return False
        before = self.topics, self.seats
        self.named, self.seats = named, seats
        self.topics = frozenset(map(stream_of, named)).union(seat.stream for seat in seats.values())
        if seats and not self.sitter:
            self.sitter = name_of(self.component._user)  # noqa: SLF001  # here, where the database may be asked
        return (self.topics, self.seats) != before

    def recover(self, watch: Watch) -> None:
        """After a failure: the state as it was at ``begin``; what was drawn since is not what the page shows."""
        watch.recover()
        if self.drawn:
            self.doubt()
            self.drawn = False

    def free(self) -> None:
        """Its page is over: what it holds that knows it is held no longer."""
        ask_nothing(self.component)
        self.placed.clear()

    def rest(self) -> None:
        """Nothing happens in it any more."""
        if self.watch is not None:
            self.close(self.watch)

    def knows(self, name: str, value: Any) -> bool:
        """Whether this parameter was given before; of anything but a scalar, who can tell."""
        return type(value) in SCALARS and name in self.given and is_same(self.given[name], value)

    def doubt(self) -> None:
        """Forget what was rendered of it and inside it: what the page has is not known, so it is sent again."""
        for node in self.walk():
            node.digest, node.memo, node.stored = b"", None, False

    @property
    def placeholder(self) -> str:
        return placeholder(self.tag, self.id)

    def ancestors(self) -> Iterator[Node]:
        """The components around it, from the inside out."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    @property
    def path(self) -> tuple[Node, list[str]]:
        """Its root, and the keys that lead from there to it."""
        around = [self, *self.ancestors()]
        return around[-1], [node.key for node in reversed(around[:-1])]

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children.values():
            yield from child.walk()


NOTHING: frozenset[str] = frozenset()
NOWHERE: dict[str, Seat] = {}
SCALARS = (str, int, bool, float, NoneType)


def class_of(name: str) -> type[Component]:
    return registry.get(name)  # type: ignore[no-any-return,return-value,unused-ignore]  # nothing else enrols


def name_of(user: Any) -> str:
    return "" if getattr(user, "pk", None) is None else str(user)


def stream_of(topic: Any) -> str:
    return topic.stream if isinstance(topic, audience.Audience) else audience.topic(topic).stream


def is_same(one: Any, other: Any) -> bool:
    """Whether two scalars look the same: 1, 1.0 and True are equal and do not."""
    return type(one) is type(other) and one == other


def scalars(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if type(value) in SCALARS}
