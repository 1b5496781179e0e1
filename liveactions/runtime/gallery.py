"""How shared components look: each version rendered once in a process, for every page that is given it as a whole.

A ``Desk`` is a shared component at one version, where it may be changed; what it is *offered* as next is a ``Step``.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from liveactions.components import (
    NoViewer,
    SharedComponent,
    Showing,
    bind_mount,
    check,
    dump,
    key_of,
    registry,
    restore,
)
from liveactions.components.watch import Watch
from liveactions.errors import BusUnavailable, CallError, DeclarationError
from liveactions.results import Result, Shared
from liveactions.runtime.node import Drawing, Node
from liveactions.runtime.ports import Kept, Place, Renderer, States, Step
from liveactions.runtime.surroundings import Surroundings
from liveactions.runtime.tree import Tree
from liveactions.wire import encode_items, load, pack

__all__ = ["Desk", "Gallery", "SharedTree"]

logger = logging.getLogger("liveactions")

LOCKS = 64
MAX_PICTURES = 500


class SharedTree(Tree):
    """What one shared component is rendered in: for everybody, and without anything inside."""

    __slots__ = ("key", "nobody", "version")

    def __init__(self, renderer: Renderer, around: Surroundings, key: str) -> None:
        self.key = key
        self.nobody = NoViewer()
        self.version = 0
        super().__init__(renderer, replace(around, user=self.nobody), page=key, first_id=0, limit=1)
        self.programs = True

    def place(self, parent: Node, name: str, params: Mapping[str, Any], key: str) -> Node:  # noqa: ARG002  # as above
        raise DeclarationError(
            f"{parent.name} is shared, and its template places {name}.",
            hint="Put that beside it, or put both into an ordinary component: what is inside one page is no other's.",
        )

    def identity(self, node: Node) -> dict[str, str]:
        return {"live-shared": self.key, "live-version": str(self.version), **self.signal_attribute(node)}


class Picture(NamedTuple):
    """One version of a shared component, as a whole."""

    version: int
    place: Place
    component: SharedComponent
    drawing: Drawing
    marks: dict[str, str]
    """What the root element says besides its id."""


class Desk:
    """A shared component at one version."""

    def __init__(self, tree: SharedTree, node: Node, version: int, since: int, heard: Mapping[str, Place]) -> None:
        self.tree = tree
        self.node = node
        self.version = version
        self.since = since
        """When it was mounted, in the history of all streams."""
        self.heard = dict(heard)
        """Up to where it has heard its topics."""
        self.state = pack(dump(node.component))

    @property
    def component(self) -> SharedComponent:
        component = self.node.component
        assert isinstance(component, SharedComponent)
        return component

    # Made ---------------------------------------------------------------------------------------------------

    @classmethod
    def mounted(cls, tree: SharedTree, name: str, given: Mapping[str, Any], since: int) -> Desk:
        """A new one, which is to become version 1."""
        component = shared_class_of(name).create(given)
        tree.prepare(component, tree.new_id())
        with tree.renderer.surround(tree.surroundings):
            tree.renderer.settle(bind_mount(component)())
            check(component)
            node = tree.add(Node(component, name, None, ""))
        tree.nobody.check()
        return cls(tree, node, 0, since, {})

    @classmethod
    def restored(cls, tree: SharedTree, name: str, kept: Kept) -> Desk:
        """The version that is kept. Raises ``LocalError`` if it does not fit any more."""
        data = load(kept.data)
        with tree.renderer.surround(tree.surroundings):
            component = restore(shared_class_of(name), data["state"])
            tree.prepare(component, tree.new_id())
            node = tree.add(Node(component, name, None, ""))
        node.digest, node.memo, node.program = data["digest"], data["memo"], data["program"]
        heard = {stream: Place(*place) for stream, place in data["heard"].items()}
        return cls(tree, node, kept.version, data["since"], heard)

    # Rendered -----------------------------------------------------------------------------------------------

    @contextmanager
    def for_everybody(self) -> Iterator[None]:
        """Within it there is no request, for what is rendered is nobody's own."""
        request, self.component.request = self.component.request, None
        try:
            yield
            self.tree.nobody.check()
        finally:
            self.component.request = request

    def picture(self, version: int, place: Place) -> Picture:
        """It as a whole, as ``version``."""
        self.tree.version = version
        with self.for_everybody():
            self.tree.draw(self.node)
        drawing, self.node.drawing = self.node.drawing or Drawing(""), None
        return Picture(version, place, self.component, drawing, self.tree.identity(self.node))

    def data(self) -> bytes:
        """All that another process needs to go on from here."""
        node = self.node
        return pack(
            {
                "state": dump(node.component),
                "digest": node.digest,
                "memo": self.tree.renderer.dry(node),
                "program": node.program,
                "since": self.since,
                "heard": {stream: list(place) for stream, place in self.heard.items()},
            }
        )

    def offer(self, watch: Watch, results: Sequence[Result] = (), *, always: bool = False) -> Step | None:
        """The step to the next version, if anything has changed since ``watch`` began. ``results`` go to everybody."""
        node, self.tree.version = self.node, self.version + 1
        node.watch = watch
        words = self.rendered(watch) if watch.kept else []
        state = pack(dump(node.component))
        if not (words or results or always) and state == self.state:
            return None
        shared = Shared(self.tree.key, self.version + 1, words)
        body = encode_items([(None, shared), *((None, result) for result in results)])
        heard = {stream: list(place) for stream, place in self.heard.items()}
        told = {"key": self.tree.key, "version": self.version + 1, "heard": heard}
        return Step(self.tree.key, self.version, self.version + 1, self.data(), body, told)

    def rendered(self, watch: Watch) -> list[Result]:
        """What changes on pages, after its ``updated`` has run."""
        node, renderer = self.node, self.tree.renderer
        changed = node.changed()
        if changed and node.declared.hooked:
            renderer.settle(self.component.updated(changed))
            changed = watch.changed(maybe=True)
        with self.for_everybody():
            return [result for _, result in self.tree.news(node, changed)]

    def took(self, version: int) -> None:
        """The step was taken: it is this version now."""
        self.version = version
        self.state = pack(dump(self.node.component))


class Gallery:
    """The pictures of a process. Synchronous, and safe in threads; pages ask it through their tree.

    ``around`` says in which language and time zone shared components are rendered.
    """

    def __init__(self, states: States, renderer: Renderer, around: Surroundings) -> None:
        self.states = states
        self.renderer = renderer
        self.around = around
        self.pictures: OrderedDict[str, Picture] = OrderedDict()
        self.had: OrderedDict[str, Kept] = OrderedDict()
        """What rooms had at their desks last: should it be forgotten elsewhere, there is this."""
        self.locks = [threading.Lock() for _ in range(LOCKS)]

    def show(self, showing: Showing, user: Any) -> tuple[Drawing, dict[str, str]]:
        """The latest version for a page of ``user``, and what its root element says; noted in ``showing``.

        Raises ``CallError`` (``action.forbidden``) for who may not see it.
        """
        picture = self.latest(showing.of, showing.given)
        if not picture.component.may_view(user):
            raise hidden(showing.of)
        showing.version = picture.version
        showing.epoch, showing.offset = picture.place
        return picture.drawing, picture.marks

    def may_view(self, showing: Showing, user: Any) -> bool:
        """Whether ``user`` may see it now."""
        return self.latest(showing.of, showing.given).component.may_view(user)

    def remember(self, key: str, kept: Kept) -> None:
        """A room has this version at its desk."""
        self.had[key] = kept
        self.had.move_to_end(key)
        while len(self.had) > MAX_PICTURES:
            self.had.popitem(last=False)

    def forget(self) -> None:
        """Forget every shared component that was shown here, everywhere."""
        pictures, self.pictures = self.pictures, OrderedDict()
        self.had.clear()
        self.states.forget_now(list(pictures))

    def latest(self, name: str, given: Mapping[str, Any]) -> Picture:
        """The latest version. While it cannot be asked for, the one known here, or what ``mount`` makes."""
        key = key_of(name, given)
        with self.locks[hash(key) % LOCKS]:
            known = self.pictures.get(key)
            try:
                picture = self.asked(key, name, given, known)
            except BusUnavailable as error:
                logger.warning("%s is shown as far as it is known here. %s", name, error)
                return known or self.desk(key, name, given).picture(0, Place("", 0))
            self.pictures[key] = picture
            self.pictures.move_to_end(key)
            while len(self.pictures) > MAX_PICTURES:
                self.pictures.popitem(last=False)
            return picture

    def asked(self, key: str, name: str, given: Mapping[str, Any], known: Picture | None) -> Picture:
        kept = self.states.load_now(key, 0 if known is None else known.version)
        if kept is None:
            return self.first(key, name, given)
        if known is not None and kept.version == known.version and kept.place.epoch == known.place.epoch:
            return known._replace(place=kept.place)
        if not kept.data:  # of another history, and by chance of the same number
            kept = self.states.load_now(key) or kept
        return Desk.restored(self.tree(key), name, kept).picture(kept.version, kept.place)

    def first(self, key: str, name: str, given: Mapping[str, Any]) -> Picture:
        """Mount it, unless it was had here before (and a Redis began anew); of several who do so one is right."""
        if (had := self.had.get(key)) is not None:
            told = {"key": key, "version": had.version, "heard": {}}
            kept = self.states.take_now(Step(key, 0, had.version, had.data, b"", told)).kept
            return Desk.restored(self.tree(key), name, kept).picture(kept.version, kept.place)
        desk = self.desk(key, name, given)
        picture = desk.picture(1, Place("", 0))
        taken = self.states.take_now(Step(key, 0, 1, desk.data(), b"", {"key": key, "version": 1, "heard": {}}))
        if taken.entry is not None:
            return picture._replace(place=taken.kept.place)
        return Desk.restored(self.tree(key), name, taken.kept).picture(taken.kept.version, taken.kept.place)

    def desk(self, key: str, name: str, given: Mapping[str, Any]) -> Desk:
        return Desk.mounted(self.tree(key), name, given, self.states.cursor_now())

    def tree(self, key: str) -> SharedTree:
        return SharedTree(self.renderer, self.around, key)


def shared_class_of(name: str) -> type[SharedComponent]:
    found = registry.get(name)
    assert issubclass(found, SharedComponent)
    return found


def hidden(name: str) -> CallError:
    return CallError(f"You may not see {name}.", code="action.forbidden")
