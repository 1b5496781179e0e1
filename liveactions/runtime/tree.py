"""The components of one page: a forest of nodes, rendered, compared, kept and restored. No I/O.

Everything here is synchronous and runs wherever the renderer runs: in a thread, or inline on the loop.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import NoneType
from typing import Any, TypeVar

from liveactions.components import (
    Component,
    Seat,
    Showing,
    assign,
    bind_mount,
    check,
    declaration,
    dump,
    registry,
    restore,
    settle_streams,
    shared_class,
    showing_params,
    signals,
)
from liveactions.components.shared import key_of
from liveactions.components.tracking import is_fixed
from liveactions.components.watch import Watch, begin, looking, settle, share, touched
from liveactions.errors import CallError
from liveactions.metrics import figures
from liveactions.rendering import digest_of, filled, mark, placeholder
from liveactions.results import Patch, Result, Signals, Whole, audience, plain
from liveactions.runtime.ports import Drawing, Gallery, Place, Renderer
from liveactions.runtime.unshared import NO_GALLERY

__all__ = ["Node", "Surroundings", "Tree"]

Item = tuple[int | None, Result]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """In which language, time zone and for whom a page is rendered; the same over HTTP and live."""

    user: Any = None
    language: str | None = None
    """None: the one that is spoken where nobody has chosen, as in a new task or thread of ours: the site's."""
    timezone: str | None = None
    csrf: Callable[[], str] = str
    """Makes a token for a form; the default makes none."""
    session: str = ""
    """Tells the browser's session from others without giving it away."""
    origin: str = ""
    """Where the page comes from: ``scheme://host[:port]``."""
    user_now: Callable[[], Awaitable[Any]] | None = None
    """Reads the user again, as the handshake did."""
    usual: bool = field(init=False, repr=False, compare=False)
    """Whether language and time zone are those that are there anyway."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "usual", self.language is None and self.timezone is None)


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
            if not self.declared.scalar:
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


class Tree:
    """The components of one page session, or of one HTTP response before its page connects.

    ``first_id`` is 1 for a response and 2 for a session: ids go up in steps of two, so that the ones made
    on either side never meet.
    """

    __slots__ = (
        "address_of",
        "behind",
        "gallery",
        "limit",
        "next_id",
        "nodes",
        "other_topics",
        "page",
        "paused",
        "programs",
        "renderer",
        "roots",
        "shown",
        "surroundings",
    )

    def __init__(self, renderer: Renderer, surroundings: Surroundings, *, page: str, first_id: int, limit: int) -> None:
        self.paused = False
        """Whether the page does not read: nothing is rendered for it then."""
        self.behind: dict[int, set[str]] = {}
        """The components in which something has changed meanwhile, and the names of their signals that have."""
        self.renderer = renderer
        self.surroundings = surroundings
        self.page = page
        self.next_id = first_id
        self.limit = limit
        self.programs = False
        """Whether the page applies patches; else a component that has changed is sent whole."""
        self.nodes: dict[int, Node] = {}
        self.roots: list[Node] = []
        self.gallery: Gallery = NO_GALLERY
        """How shared components look."""
        self.shown: set[int] = set()
        """Where shared components were drawn that the page has not been sent yet."""
        self.address_of: Callable[[Node], str] = lambda _: ""
        """Makes the address of a root, in an HTTP response."""
        self.other_topics = False
        """Whether the components may ask for other topics than the page follows."""

    # Making and ending -------------------------------------------------------------------------------------

    def mount(
        self,
        name: str,
        params: Mapping[str, Any],
        parent: Node | None = None,
        key: str = "",
        node_id: int | None = None,
    ) -> Node:
        """Make a component and run its ``mount``. Raises ``CallError`` for an unknown name or too many."""
        component = created(name, params)
        self.prepare(component, self.new_id() if node_id is None else node_id)
        self.renderer.settle(bind_mount(component)())
        check(component)
        node = self.add(Node(component, name, parent, key))
        node.given = scalars(params)
        return node

    def new_id(self) -> int:
        self.next_id += 2
        return self.next_id - 2

    def prepare(self, component: Component, node_id: int) -> None:
        if len(self.nodes) >= self.limit:
            raise CallError(f"A page has at most {self.limit} components.", code="component.failed")
        if node_id in self.nodes:
            raise CallError(f"Two components have the id {node_id}.", code="component.unknown", hint="Give a base.")
        component.id = node_id
        component.page = self.page
        component._user = self.surroundings.user  # noqa: SLF001  # the host's part of a component

    def add(self, node: Node) -> Node:
        self.other_topics |= node.ask_topics()
        self.nodes[node.id] = node
        if node.parent is None:
            self.roots.append(node)
        else:
            node.parent.children[node.key] = node
        return node

    def remove(self, *nodes: Node) -> None:
        """End components and those inside them; ``unmount`` runs innermost first, and for all of them if one fails."""
        with ExitStack() as ending:
            for node in reversed(nodes):
                ending.callback(self.end, node)
                ending.callback(self.remove, *node.children.values())

    def end(self, node: Node) -> None:
        self.forget(node)
        self.renderer.settle(node.component.unmount())

    def forget(self, node: Node) -> None:
        """Drop a component and those inside it, as if they had never been."""
        for each in node.walk():
            self.nodes.pop(each.id, None)
            self.other_topics |= bool(each.topics)
        if node.parent is not None:
            node.parent.children.pop(node.key, None)
        elif node in self.roots:
            self.roots.remove(node)

    def know_user(self, user: Any) -> None:
        """The same user as before, read afresh: permissions may have changed."""
        self.surroundings = replace(self.surroundings, user=user)
        for node in self.nodes.values():
            node.component._user = user  # noqa: SLF001  # the host's part of a component

    def place_in(self, stream: str) -> Place | None:
        """Where the stream of a shared component stood when that was drawn; None for any other stream."""
        for node in self.nodes.values():
            if node.shared and stream in node.topics and isinstance(node.component, Showing):
                return Place(node.component.epoch, node.component.offset)
        return None

    def topics(self) -> frozenset[str]:
        """Every topic that some component of the page asks for."""
        return frozenset().union(*(node.topics for node in self.nodes.values()))

    # Rendering ---------------------------------------------------------------------------------------------

    def html(self, node: Node, attributes: Mapping[str, str] | None = None) -> str:
        """The whole HTML of a component and all inside it: the first render, or a resync."""
        self.draw(node)
        return self.marked(node, attributes or {}, whole=True)

    def patches(self, node: Node) -> list[Item]:
        """What has changed in a component since the page was told of it, and in those it gave parameters to."""
        told = self.patched(node) if self.programs and not node.plain and node.memo is not None else None
        items = self.redrawn(node) if told is None else told
        for child in node.stirred:
            items += self.settled(child)
            child.rest()
        return items

    def patched(self, node: Node) -> list[Item] | None:
        """Only the slots that have changed; None if the page has something else than is remembered."""
        seen = touched(node.component)
        found = self.rendered(node, self.renderer.changes, seen if node.known else None)
        if found is None:
            return None
        changes, node.memo = found
        self.told(node)
        if not changes:
            return []
        figures.PATCHES.count += 1
        return [(node.id, Patch(changes))]

    def redrawn(self, node: Node) -> list[Item]:
        """The whole component, if it is not what the page has."""
        before = node.digest
        self.draw(node)
        html = self.marked(node, {}, whole=False) if node.digest != before else None
        node.drawing = None
        if html is None:
            return []
        figures.WHOLES.count += 1
        return [(node.id, Whole(html))]

    def settled(self, node: Node) -> list[Item]:
        """After something happened in a component: its ``updated``, its patches, its signals."""
        changed = node.changed()
        if changed and node.declared.hooked:
            self.renderer.settle(node.component.updated(changed))
            changed = node.changed()
        return self.news(node, changed)

    def news(self, node: Node, changed: frozenset[str]) -> list[Item]:
        """The patches and signals of a component in which these fields changed, and whose hooks have run."""
        paused = self.paused
        items = self.withheld(node) if paused else self.patches(node)
        if node.declared.shifting and node.watch is not None and node.watch.kept:
            self.other_topics |= node.ask_topics()
        if node.declared.signals:
            # What is rendered may have set one too: a window learns how many rows there are from its loop.
            names = (changed | node.changed()) & frozenset(node.declared.signals)
            if paused:
                self.behind[node.id] |= names
                return items
            items += [(node.id, Signals(signals(node.component, names)))] if names else []
        return items

    def withheld(self, node: Node) -> list[Item]:
        """Render nothing now, and everything that differs when the page reads again."""
        self.behind.setdefault(node.id, set())
        node.known = node.stored = False
        return []

    def caught_up(self) -> list[Item]:
        """What has changed in components while the page did not read: patches, and the latest of their signals."""
        behind, self.behind = self.behind, {}
        items: list[Item] = []
        for node in [self.nodes[node_id] for node_id in behind if node_id in self.nodes]:
            items += self.patches(node)
            if names := behind[node.id]:
                items.append((node.id, Signals(signals(node.component, frozenset(names)))))
        return items

    def refreshed(self, node: Node) -> list[Item]:
        """What is new in a component, and in those inside it, when they look at their data again."""
        items: list[Item] = []
        for each in list(node.walk()):
            watch = each.begin()
            try:
                self.look_again(each)
                items += self.settled(each)
            except BaseException:
                each.recover(watch)
                raise
            finally:
                each.close(watch)
        return items

    def look_again(self, node: Node) -> None:
        """Have a component look at its data again: its state may be as it was, and what it is about not."""
        self.renderer.settle(node.component.restored())
        node.known = False

    def draw(self, node: Node) -> None:
        """Render one component whole."""
        if isinstance(node.component, Showing):
            self.hang(node, node.component)
            return
        touched(node.component)  # all of it is looked at
        drawing = node.drawing = self.rendered(node, self.renderer.draw)
        node.digest = digest_of(drawing.html)
        node.memo, node.program = drawing.memo, drawing.program
        self.told(node)

    def hang(self, node: Node, showing: Showing) -> None:
        """Show the latest version of a shared component: it is rendered elsewhere, once for all."""
        drawing, node.marks = self.gallery.show(showing, self.surroundings.user)
        node.drawing = drawing if self.programs else drawing._replace(program="", shape="")
        node.digest = digest_of(f"{showing.key} {showing.epoch} {showing.version}")
        node.drawn = True
        self.shown.add(node.id)
        self.told(node)

    def told(self, node: Node) -> None:
        """The memo is of the state as it is."""
        node.known, node.stored = True, False
        settle(node.component)
        if node.watch is None:  # else what was drawn may still be thrown away
            settle_streams(node.component)

    def rendered(self, node: Node, how: Callable[..., T], *details: Any) -> T:
        """What ``how`` makes of it. Nested components it no longer places end; after an error those it began do."""
        figures.RENDERS.count += 1
        before = tuple(node.children)
        if node.stirred:
            node.stirred = []
        try:
            found = how(self, node, *details)
        except BaseException:
            for key in node.children.keys() - set(before):
                self.forget(node.children[key])
            for child in node.stirred:
                child.rest()
            raise
        node.drawn = True
        if node.children and (gone := [child for key, child in node.children.items() if key not in node.placed]):
            self.remove(*gone)
        return found

    def place(self, parent: Node, name: str, params: Mapping[str, Any], key: str) -> Node:
        """A nested component of a rendering, made if it is not there. ``key`` tells it from its siblings."""
        node = parent.children.get(key)
        if node is not None and isinstance(node.component, Showing) and node.component.key != key_of(name, params):
            self.remove(node)  # with other parameters it is another one
            node = None
        if node is None:
            node = self.mount(name, params, parent, key)
            self.draw(node)
            node.tag = self.mark(node, {})[1]
        elif not node.shared:
            self.give(node, params)
        if not all(map(is_fixed, params.values())):
            share(node.component)
            share(parent.component)
        return node

    def give(self, node: Node, params: Mapping[str, Any]) -> None:
        """Hand a nested component the parameters that are not the same as before."""
        own = node.declared.fields
        news = {name: value for name, value in params.items() if name in own and not node.knows(name, value)}
        if news:
            node.begin()
            assign(node.component, news)
            node.given = scalars(params)
            if node.parent is not None:
                node.parent.stirred.append(node)

    def unsent(self, node: Node) -> str | None:
        """The whole HTML of a nested component that the page lacks; None if the page has it."""
        return None if node.drawing is None else self.marked(node, {}, whole=True)

    def marked(self, node: Node, attributes: Mapping[str, str], *, whole: bool) -> str:
        """The HTML of a component with its id on the root, and with those inside it that the page lacks."""
        html, node.tag = self.mark(node, attributes)
        node.drawing = None
        if not node.placed:
            return html

        def inside(child: int) -> str | None:
            found = self.nodes[child]
            if whole and found.drawing is None:
                self.draw(found)
            return None if found.drawing is None else self.marked(found, {}, whole=whole)

        return filled(html, inside)

    def mark(self, node: Node, attributes: Mapping[str, str]) -> tuple[str, str]:
        """What was drawn, with what the page has to know about it on the root element; and the name of that element."""
        drawing = node.drawing or Drawing("")
        own = {**self.identity(node), **attributes}
        if drawing.program:
            own["live-program"] = drawing.program
        if drawing.shape:
            own["live-shape"] = drawing.shape
        return mark(drawing.html, own, wrapped=drawing.wrapped)

    def identity(self, node: Node) -> dict[str, str]:
        """What the root element says of the component."""
        return {"live-id": str(node.id), **(self.signal_attribute(node) if node.marks is None else node.marks)}

    def signal_attribute(self, node: Node) -> dict[str, str]:
        names = node.declared.signals
        if not names:
            return {}
        return {"live-signals": json.dumps(plain(signals(node.component, names)), separators=(",", ":"))}

    # Keeping and restoring ---------------------------------------------------------------------------------

    def snapshot(self, node: Node) -> dict[str, Any]:
        """A component and all inside it as plain data, enough to go on elsewhere without ``mount``."""
        return {
            **self.own(node),
            "id": node.id,
            "memo": self.renderer.dry(node),
            "children": [self.snapshot(child) for child in node.children.values()],
        }

    def own(self, node: Node) -> dict[str, Any]:
        """One component as plain data; what the page has of it is not remembered."""
        return {
            "name": node.name,
            "key": node.key,
            "given": node.given,
            "state": dump(node.component),
            "digest": node.digest,
            "tag": node.tag,
            "program": node.program,
            "address": node.address,
        }

    def restore(self, data: Mapping[str, Any], base: int = 0, parent: Node | None = None) -> Node:
        """The node of a snapshot; ids are moved by ``base``. ``restored`` runs outermost first."""
        node = self.again(data, data["id"] + base, parent)
        node.memo = data["memo"] if self.programs else None
        try:
            self.renderer.settle(node.component.restored())
            for child in data["children"]:
                self.restore(child, base, node)
        except BaseException:
            self.forget(node)
            raise
        return node

    def again(self, own: Mapping[str, Any], node_id: int, parent: Node | None) -> Node:
        """The node of what ``own`` has written. Raises ``LocalError`` if it does not fit any more."""
        component = restore(kept_class(own["name"]), own["state"])
        self.prepare(component, node_id)
        node = self.add(Node(component, own["name"], parent, own["key"]))
        node.digest, node.tag, node.given, node.program = own["digest"], own["tag"], own["given"], own["program"]
        node.address = own.get("address", "")
        if parent is not None:
            parent.placed[node.key] = node
        return node


NOTHING: frozenset[str] = frozenset()
NOWHERE: dict[str, Seat] = {}
SCALARS = (str, int, bool, float, NoneType)


def name_of(user: Any) -> str:
    return "" if getattr(user, "pk", None) is None else str(user)


def class_of(name: str) -> type[Component]:
    return registry.get(name)  # type: ignore[no-any-return,return-value,unused-ignore]  # nothing else enrols


def created(name: str, params: Mapping[str, Any]) -> Component:
    """The component of this name, about to be mounted; of a shared one, its place on the page."""
    cls = class_of(name)
    return Showing.create(showing_params(name, params)) if shared_class(cls) else cls.create(params)


def kept_class(name: str) -> type[Component]:
    """The class of what a page keeps of a component."""
    cls = class_of(name)
    return Showing if shared_class(cls) else cls


def stream_of(topic: Any) -> str:
    return topic.stream if isinstance(topic, audience.Audience) else audience.topic(topic).stream


def is_same(one: Any, other: Any) -> bool:
    """Whether two scalars look the same: 1, 1.0 and True are equal and do not."""
    return type(one) is type(other) and one == other


def scalars(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if type(value) in SCALARS}
