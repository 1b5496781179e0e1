"""The stack of a page's windows, and the frame that each of them has around its component."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from liveactions import Component, action
from liveactions import field as state
from liveactions.contrib.windows import links
from liveactions.contrib.windows.manners import title_of

__all__ = ["OpenWindow", "WindowFrame", "WindowStack"]


@dataclass(frozen=True)
class OpenWindow:
    """One open window: which ``component`` it hosts, mounted with ``params`` (plain data), and under which ``title``.

    ``opener`` is the id of the component that opened it, 0 if it was the address of the page; ``link`` is what stands
    in that address, "" for a window that cannot be linked to. ``key`` tells it from all windows of its page.
    """

    key: str
    component: str
    title: str
    params: dict[str, Any] = field(default_factory=dict)
    opener: int = 0
    link: str = ""


class WindowStack(Component):
    """The windows of a page, the one on top last. ``{% live_windows %}`` puts it into the page, once."""

    name = "live_windows.stack"
    template_name = "live_windows/stack.html"

    windows: list[OpenWindow] = state(default_factory=list)
    counted: int = 0

    @property
    def top(self) -> OpenWindow | None:
        return self.windows[-1] if self.windows else None

    def push(
        self, component: str, title: str | None = None, params: dict[str, Any] | None = None, opener: int = 0
    ) -> OpenWindow:
        """Open a window on top of the others. Raises ``CallError`` for a component that is not known."""
        self.counted += 1
        opened = OpenWindow(
            key=str(self.counted),
            component=component,
            title=title or title_of(component),
            params=params or {},
            opener=opener,
            link=links.link_to(component, title, params or {}),
        )
        self.windows = [*self.windows, opened]
        return opened

    def drop(self, key: str | None = None) -> OpenWindow | None:
        """Take a window away, the one on top if none is named; the one that was taken, None if there was none."""
        gone = self.top if key is None else next((each for each in self.windows if each.key == key), None)
        self.windows = [each for each in self.windows if each is not gone]
        return gone

    @action
    def open_link(self, link: str) -> None:
        """Open what stands in the address of the page, unless it is open. Raises ``CallError`` for what may not."""
        if all(each.link != link for each in self.windows):
            component, title, params = links.followed(link)
            self.push(component, title, params)


class WindowFrame(Component):
    """A window: its title, and the component in it."""

    name = "live_windows.window"
    template_name = "live_windows/window.html"

    key: str
    title: str
    component_name: str
    params: dict[str, Any]
    opener: int
    link: str

    def mount(self, window: OpenWindow) -> None:
        self.key, self.title, self.opener, self.link = window.key, window.title, window.opener, window.link
        self.component_name, self.params = window.component, window.params

    def opener_of(self, component: Component) -> int:  # noqa: ARG002  # there is only one in it
        """The id of the component that stands under the one in this window (``request.parent``)."""
        return self.opener

    @action
    def close(self) -> Any:
        """The user does not want it: Escape, the cross, a click beside it."""
        from liveactions.contrib.windows.opening import close_window

        return close_window(self.request, key=self.key)
