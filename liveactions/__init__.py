"""liveactions: stateful server-side components on a Django page.

The public names, grouped by where they come from. Only what stands here, and in ``liveactions.asgi``,
``liveactions.testing`` and ``liveactions.errors``, is covered by the compatibility promise of the changelog.
"""

from typing import TYPE_CHECKING

from liveactions.bus import abroadcast, broadcast
from liveactions.components import (
    Present,
    Stream,
    Window,
    action,
    declaration,
    field,
    on,
    presence,
    registry,
    signal,
    stream,
    window,
)
from liveactions.requests import ActionRequest, InstanceAction, PhantomRow
from liveactions.results import (
    HTML,
    Actions,
    ActiveTab,
    Alert,
    Close,
    Confirm,
    DataRecord,
    Delete,
    Download,
    EditingMode,
    Error,
    Event,
    Focus,
    History,
    LoadJS,
    Log,
    Multi,
    Noop,
    Notify,
    OpenURL,
    RecordDeleted,
    Redirect,
    Refresh,
    Reload,
    Report,
    Result,
    Rows,
    SendMessage,
    Signal,
    Signals,
    Switch,
    Toast,
    UpdateParent,
    WindowAction,
    Wizard,
    audience,
    performs,
    register_result,
)
from liveactions.version import __version__

if TYPE_CHECKING:
    from liveactions.components import Component as AnyComponent

    class Component(AnyComponent):
        """What a type checker of an application sees: inside an action, the request is that of a Django site."""

        request: ActionRequest

    from liveactions.components import SharedComponent as AnySharedComponent

    class SharedComponent(AnySharedComponent):
        """The same of a shared component."""

        request: ActionRequest

else:
    from liveactions.components import Component, SharedComponent

__all__ = [
    "HTML",
    "ActionRequest",
    "Actions",
    "ActiveTab",
    "Alert",
    "Close",
    "Component",
    "Confirm",
    "DataRecord",
    "Delete",
    "Download",
    "EditingMode",
    "Error",
    "Event",
    "Focus",
    "History",
    "InstanceAction",
    "LoadJS",
    "Log",
    "Multi",
    "Noop",
    "Notify",
    "OpenURL",
    "PhantomRow",
    "Present",
    "RecordDeleted",
    "Redirect",
    "Refresh",
    "Reload",
    "Report",
    "Result",
    "Rows",
    "SendMessage",
    "SharedComponent",
    "Signal",
    "Signals",
    "Stream",
    "Switch",
    "Toast",
    "UpdateParent",
    "Window",
    "WindowAction",
    "Wizard",
    "__version__",
    "abroadcast",
    "action",
    "audience",
    "broadcast",
    "declaration",
    "field",
    "on",
    "performs",
    "presence",
    "register_result",
    "registry",
    "signal",
    "stream",
    "window",
]
