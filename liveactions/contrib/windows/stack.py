"""The stack of a page's windows."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from liveactions import Component, Notify, action
from liveactions import field as state
from liveactions.contrib.windows import links
from liveactions.contrib.windows.manners import title_of
from liveactions.errors import CallError

__all__ = ["OpenWindow", "WindowStack"]

logger = logging.getLogger(__name__)


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

    @action(repeatable=True)
    def open_link(self, link: str) -> Notify | None:
        """Open what stands in the address of the page, unless it is open."""
        if any(each.link == link for each in self.windows):
            return None
        try:
            component, title, params = links.followed(link)
        except CallError as error:
            logger.info("A window was not opened by its address. %s", error)
            return Notify(gettext("What this address led to cannot be opened any more."), color="orange")
        self.push(component, title, params)
        return None
