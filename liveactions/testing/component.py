"""A component of a page, seen from both sides: its element in the page, its state on the server."""

from __future__ import annotations

from typing import Any, Protocol

from liveactions.components import Component, Showing, declaration
from liveactions.results import Result, plain
from liveactions.runtime import Node as ServerNode
from liveactions.shared import gallery
from liveactions.testing.area import Area, Tab
from liveactions.testing.document import Node
from liveactions.testing.errors import NotFound
from liveactions.testing.gestures import Request, Write

__all__ = ["ComponentHandle", "Home", "State"]


class State(dict[str, Any]):
    """The fields of a component by name, also to be read as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"There is no field {name!r}. There is: {', '.join(self) or 'none'}.") from None


class Home(Tab, Protocol):
    """What a component needs of its page."""

    def server_node(self, component_id: int) -> ServerNode:
        """The component in the page session. Raises ``NotFound`` if it has ended."""

    def signals_of(self, component_id: int) -> dict[str, Any]: ...


class ComponentHandle(Area):
    """One component of a page. Good for as long as the component lives."""

    def __init__(self, home: Home, component_id: int) -> None:
        self.home = home
        self.id = component_id

    def __repr__(self) -> str:
        return f"<ComponentHandle {self.name} {self.id}>"

    @property
    def tab(self) -> Tab:
        return self.home

    def node(self) -> Node:
        found = self.home.document.component(self.id)
        if found is None:
            raise NotFound(f"Component {self.id} is not in the page any more.")
        return found

    # On the server --------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The public name: ``desk.board``."""
        return self.home.server_node(self.id).name

    @property
    def instance(self) -> Component:
        """The component itself, as it lives in the page session; of a shared one, its latest version."""
        self.home.look()
        component = self.home.server_node(self.id).component
        return (
            gallery().latest(component.of, component.given).component if isinstance(component, Showing) else component
        )

    @property
    def state(self) -> State:
        """The fields as the server has them: ``state["count"]`` or ``state.count``."""
        instance = self.instance
        return State(
            {name: getattr(instance, name) for name in declaration(type(instance)).fields if hasattr(instance, name)}
        )

    @property
    def topics(self) -> frozenset[str]:
        """The topics it follows."""
        self.home.look()
        return self.home.server_node(self.id).topics

    @property
    def signals(self) -> dict[str, Any]:
        """The component's values in the browser."""
        self.home.look()
        return self.home.signals_of(self.id)

    # What a page may ask of it --------------------------------------------------------------------------------

    def call(
        self, action: str, /, *, confirm: bool | None = None, expect: str | None = None, **args: Any
    ) -> list[Result]:
        """Call an action as a page does, without looking for a button. Raises ``CallRefused``."""
        sent = plain(args, action)
        return self.home.step(lambda: [Request(self.id, action, sent)], confirm=confirm, expect=expect)

    def set(self, *, expect: str | None = None, **values: Any) -> list[Result]:
        """Write bound fields as a page does. Raises ``CallRefused``."""
        sent = plain(values, "set")
        return self.home.step(lambda: [Write(self.id, sent)], confirm=None, expect=expect)
