"""What the components of a page look like: rendered one by one, put into one another, marked with what they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from liveactions.components import Showing, assign, settle_streams, signals
from liveactions.components.shared import key_of
from liveactions.components.tracking import is_fixed
from liveactions.components.watch import settle, share, touched
from liveactions.metrics import figures
from liveactions.rendering import digest_of, filled, mark
from liveactions.results import plain
from liveactions.runtime.forest import Forest
from liveactions.runtime.node import Drawing, Node, scalars
from liveactions.runtime.ports import Gallery, Renderer
from liveactions.runtime.surroundings import Surroundings
from liveactions.runtime.unshared import NO_GALLERY

__all__ = ["Drawn"]

T = TypeVar("T")


class Drawn(Forest):
    """A forest that can be looked at."""

    __slots__ = ("address_of", "gallery", "programs", "shown")

    def __init__(self, renderer: Renderer, surroundings: Surroundings, *, page: str, first_id: int, limit: int) -> None:
        super().__init__(renderer, surroundings, page=page, first_id=first_id, limit=limit)
        self.programs = False
        """Whether the page applies patches; else a component that has changed is sent whole."""
        self.gallery: Gallery = NO_GALLERY
        """How shared components look."""
        self.shown: set[int] = set()
        """Where shared components were drawn that the page has not been sent yet."""
        self.address_of: Callable[[Node], str] = lambda _: ""
        """Makes the address of a root, in an HTTP response."""

    # Rendered ---------------------------------------------------------------------------------------------------

    def html(self, node: Node, attributes: Mapping[str, str] | None = None) -> str:
        """The whole HTML of a component and all inside it: the first render, or a resync."""
        self.draw(node)
        return self.marked(node, attributes or {}, whole=True)

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
        if node.watch is None and not node.declared.streamless:  # else what was drawn may still be thrown away
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

    # What stands inside -----------------------------------------------------------------------------------------

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

    # Marked -----------------------------------------------------------------------------------------------------

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
