"""Where an action happens: its page, the component that speaks, others that it changes, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from liveactions.components import ActionRequest, Callback, Component, merge
from liveactions.components.watch import Watch
from liveactions.errors import LocalError, ResultError
from liveactions.rendering import id_of_root
from liveactions.results import HTML, Confirm, Multi, Result, Switch, is_performed, items_of, perform
from liveactions.runtime.advice import advise
from liveactions.runtime.downloads import pieces
from liveactions.runtime.tree import Item, Tree

if TYPE_CHECKING:
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page

__all__ = ["Item", "Scene", "ends", "used_up"]

MAX_DEPTH = 8
"""How often performing one result may lead to another one that has to be performed."""


class Held:
    """A component that an action has in hand.

    ``watch`` knows how it was when the page was last told of it, ``latest`` how it was when that was last made up.
    """

    __slots__ = ("latest", "node", "watch")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.watch = self.latest = self.begin()

    def begin(self) -> Watch:
        drawn = self.node.drawn
        watch = self.node.begin()
        self.node.drawn = drawn  # if so, the page has not been told
        return watch

    def news(self, tree: Tree) -> list[Item]:
        """What has changed since this was last asked."""
        if self.node.id not in tree.nodes:
            return []
        self.node.watch = self.latest
        items = tree.settled(self.node)
        self.end_latest()
        self.latest = self.begin()
        return items

    def end_latest(self) -> None:
        if self.latest is not self.watch:
            self.node.forget_watch(self.latest)

    def go_on(self) -> None:
        """The page has been told everything."""
        self.end_latest()
        self.latest = self.watch
        self.node.go_on(self.watch)

    def recover(self) -> None:
        self.node.recover(self.watch)
        self.node.doubt()  # what was made up to be told is thrown away

    def close(self) -> None:
        self.end_latest()
        self.node.close(self.watch)


class Scene:
    """What an action's answer is made in. Fulfils what ``ActionRequest.scene`` asks for."""

    __slots__ = ("joined", "node", "over", "page", "request")

    in_background = False
    """Whether the page is elsewhere."""

    def __init__(self, page: Page, node: Node, request: ActionRequest | None = None) -> None:
        self.page = page
        self.node = node
        self.joined: Sequence[Held] = ()
        """The components that the action has in hand beside its own method."""
        self.over = False
        """Whether the action has ended: what it finds then is no longer its to tell."""
        self.request = request
        """None as long as nobody has asked for it."""
        if request is not None:
            request.scene = self

    # What the request asks for -------------------------------------------------------------------------------

    @property
    def speaker(self) -> Component:
        """The component whose action runs."""
        return self.node.component

    def find(self, which: int | str | type[Component]) -> Component | None:
        """The component with this id, or the first with this name or of this class; what is changed in it is sent."""
        return next((self.join(node) for node in self.page.tree.nodes.values() if fits(node, which)), None)

    @property
    def parent(self) -> Component | None:
        """The component around; of one in a window, the one that opened it (which the window's host knows)."""
        around = self.node.parent
        if around is None:
            return None
        opener_of = getattr(around.component, "opener_of", None)
        if opener_of is None:
            return self.join(around)
        opener = self.page.tree.nodes.get(opener_of(self.node.component))
        return None if opener is None else self.join(opener)

    async def ask(self, callback: Callback) -> str:
        """Ask the user, and wait: the name of the choice. Raises ``LocalError``: only a running action can wait."""
        raise LocalError(f"{callback.message!r} cannot be asked here: no action is running.")

    def refresh(self, scope: str) -> None:
        """Have this component, the one around it, or all look at their data again. What differs is told next."""
        for node in self.scoped(scope):
            for each in list(node.walk()):
                self.hold(each)
                self.page.tree.look_again(each)

    def scoped(self, scope: str) -> list[Node]:
        if scope == "all":
            return list(self.page.tree.roots)
        found = self.parent if scope == "parent" else self.node.component
        return [] if found is None else [self.page.tree.nodes[found.id]]

    def join(self, node: Node) -> Component:
        if node.shared:
            raise LocalError(
                f"{node.name} is shared; only its own actions and listeners change it.",
                hint='Broadcast an event that it listens to: broadcast("team.7", event="order_shipped").',
            )
        if node is not self.node:
            self.hold(node)
        return node.component

    def hold(self, node: Node) -> None:
        if not self.over and all(node is not held.node for held in self.joined):
            self.joined = (*self.joined, Held(node))

    # What is told --------------------------------------------------------------------------------------------

    def joined_news(self) -> list[Item]:
        """The patches of the components that were changed on the way, since this was last asked."""
        return [item for held in self.joined for item in held.news(self.page.tree)]

    def wants_thread(self, value: Any) -> bool:
        """Whether telling ``value`` may take more than the event loop should be given."""
        if self.joined or (self.request is not None and self.request.has_response):
            return True
        if value is None or isinstance(value, str):
            return False
        return needs_performing(value)

    def told(self, items: list[Item], value: Any) -> list[Item]:
        """``items``, then what the action has changed elsewhere, then what it answered."""
        if self.joined:
            items += self.joined_news()
        request = self.request
        said = request.collect() if request is not None and request.has_response else None
        if value is None and said is None:
            return items
        results: list[Any] = [] if value is None else items_of(value, self.foreign)
        if said is not None:
            results = merge(results, said)
        if self.page.host.strict and (asked := self.own_request()) is not None and asked.dev:
            advise(asked.action, value, results)
        for result in results:
            items += self.performed(result)
        return items

    def performed(self, result: Any, depth: int = 0) -> list[Item]:
        """What the page hears of one result: itself, or what performing it on the server came to."""
        if isinstance(result, Callback):
            return [(self.node.id, self.page.questions.keep(self.node, result, self.own_request()))]
        if type(result) is Switch or not is_performed(result):
            return [(self.node.id, result)]
        if depth == MAX_DEPTH:
            raise ResultError(f"{type(result).__name__} leads to itself, again and again.", hint="Look at @performs.")
        self.hold(self.node)
        answer = perform(result, self.present_request())
        items = self.joined_news()
        if answer is result:
            return items + [(self.node.id, piece) for piece in pieces(result)]
        for each in [] if answer is None else items_of(answer, self.foreign):
            items += self.performed(each, depth + 1)
        return items

    def present_request(self) -> ActionRequest:
        """The request of the call; a listener, which nobody has called, gets one of its own."""
        request = self.own_request()
        if request is None:
            user = self.page.tree.surroundings.user
            request = self.request = self.page.host.request(user=user, page=self.page.page_id, component=self.node.id)
            request.scene = self
        return request

    def own_request(self) -> ActionRequest | None:
        """The request of the call; None if nobody has called."""
        return self.request

    def foreign(self, value: Any) -> Result | None:
        if isinstance(value, Mapping):
            return self.block(self.block_name, value)
        return self.page.host.translator.foreign(value)

    @property
    def block_name(self) -> str:
        """The template block that a dict without a type is context for."""
        return ""

    def block(self, block: str, context: Mapping[str, Any]) -> Result:
        """A dict without a type is the context of the template block named like the action.

        The block takes the place of the element with the same id, or of the component's root if it has none.
        """
        html = self.page.host.renderer.render_block(self.page.tree, self.node, block, context)
        found = id_of_root(html)
        return HTML(html, target=f"#{found}" if found else None)

    # Its end -------------------------------------------------------------------------------------------------

    def recover_joined(self) -> None:
        for held in reversed(self.joined):
            held.recover()

    def go_on_joined(self) -> None:
        for held in self.joined:
            held.go_on()

    def close_joined(self) -> None:
        for held in self.joined:
            held.close()
        self.joined = ()


def fits(node: Node, which: int | str | type[Component]) -> bool:
    if isinstance(which, type):
        return isinstance(node.component, which)
    return which == (node.id if isinstance(which, int) else node.name)


def needs_performing(value: Any) -> bool:
    if isinstance(value, Result):
        return is_performed(value) or isinstance(value, (Confirm, Multi))
    return not isinstance(value, Iterator)


def used_up(value: Any) -> Any:
    """A list of what an iterator still has; anything else as it is."""
    return list(value) if value is not None and isinstance(value, Iterator) else value


def ends(items: list[Item]) -> bool:
    return any(result.terminal for _, result in items)
