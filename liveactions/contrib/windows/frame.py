"""The frame that each window has around its component."""

from __future__ import annotations

from typing import Any

from liveactions import Component, action
from liveactions.contrib.windows.manners import background_actions
from liveactions.contrib.windows.opening import close_window
from liveactions.contrib.windows.stack import OpenWindow

__all__ = ["WindowFrame"]


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

    def background(self) -> str:
        """The actions that it can be closed under."""
        return " ".join(background_actions(self.component_name))

    @action
    def close(self) -> Any:
        """The user does not want it: Escape, the cross, a click beside it."""
        return close_window(self.request, key=self.key)
