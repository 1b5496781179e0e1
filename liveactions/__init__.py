"""liveactions: stateful server-side components on a Django page.

The public names, grouped by where they come from. Only what stands here, and in ``liveactions.asgi``,
``liveactions.testing`` and ``liveactions.errors``, is covered by the compatibility promise of the changelog.
"""

from liveactions.bus import abroadcast, broadcast
from liveactions.components import (
    ActionRequest,
    Component,
    Stream,
    Window,
    action,
    field,
    on,
    signal,
    stream,
    window,
)
from liveactions.results import (
    HTML,
    Actions,
    Delete,
    Error,
    Event,
    History,
    LoadJS,
    Notify,
    Redirect,
    Result,
    Signal,
    Signals,
    Toast,
    audience,
)
from liveactions.version import __version__

__all__ = [
    "HTML",
    "ActionRequest",
    "Actions",
    "Component",
    "Delete",
    "Error",
    "Event",
    "History",
    "LoadJS",
    "Notify",
    "Redirect",
    "Result",
    "Signal",
    "Signals",
    "Stream",
    "Toast",
    "Window",
    "__version__",
    "abroadcast",
    "action",
    "audience",
    "broadcast",
    "field",
    "on",
    "signal",
    "stream",
    "window",
]
