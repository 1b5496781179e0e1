"""The test kit: live pages in a test, on the real wire, without a browser. ``pip install 'liveactions[testing]'``.

::

    def test_counter_counts(live):
        page = live.open(Counter, count=2)
        page.click("Add two")
        assert page.text("output") == "4"

Nothing is imported before it is used: pytest loads this package with every project that has liveactions installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liveactions.testing.area import Area, Element
    from liveactions.testing.browser import Browser
    from liveactions.testing.component import ComponentHandle, State
    from liveactions.testing.errors import CallRefused, NotFound, NotUsable, PageFailed, TimedOut
    from liveactions.testing.exchange import Said
    from liveactions.testing.live import Live
    from liveactions.testing.page import LivePage
    from liveactions.testing.replaying import replay

__all__ = [
    "Area",
    "Browser",
    "CallRefused",
    "ComponentHandle",
    "Element",
    "Live",
    "LivePage",
    "NotFound",
    "NotUsable",
    "PageFailed",
    "Said",
    "State",
    "TimedOut",
    "replay",
]

HOMES = {
    "Area": "area",
    "Browser": "browser",
    "CallRefused": "errors",
    "ComponentHandle": "component",
    "Element": "area",
    "Live": "live",
    "LivePage": "page",
    "NotFound": "errors",
    "NotUsable": "errors",
    "PageFailed": "errors",
    "Said": "exchange",
    "State": "component",
    "TimedOut": "errors",
    "replay": "replaying",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"liveactions.testing has no {name!r}. It has: {', '.join(__all__)}.")
    return getattr(import_module(f"liveactions.testing.{HOMES[name]}"), name)
