"""Components: state, actions, listeners, and the classes that declare them. Knows neither templates nor sockets."""

from liveactions.components.actions import ActionOptions, ActionSpec, Kind, action
from liveactions.components.callbacks import Callback, Question
from liveactions.components.component import Component, bind_mount
from liveactions.components.declaration import RESERVED, Declaration, declaration
from liveactions.components.fields import Field, field, signal
from liveactions.components.life import LIFE, Moment
from liveactions.components.listeners import ListenerSpec, on
from liveactions.components.permission import Permission, allowed
from liveactions.components.presence import Present, Seat, newcomers, presence
from liveactions.components.registry import Registry, registry
from liveactions.components.request import ActionRequest, Scene
from liveactions.components.response import Response, Step, merge
from liveactions.components.shared import (
    STREAM,
    NoViewer,
    SharedComponent,
    Showing,
    key_of,
    shared_class,
    showing_params,
)
from liveactions.components.state import assign, check, dump, restore, schema_of, signals, take_over, write
from liveactions.components.streams import Stream, settle_streams, stream
from liveactions.components.windows import Window, window

__all__ = [
    "LIFE",
    "RESERVED",
    "STREAM",
    "ActionOptions",
    "ActionRequest",
    "ActionSpec",
    "Callback",
    "Component",
    "Declaration",
    "Field",
    "Kind",
    "ListenerSpec",
    "Moment",
    "NoViewer",
    "Permission",
    "Present",
    "Question",
    "Registry",
    "Response",
    "Scene",
    "Seat",
    "SharedComponent",
    "Showing",
    "Step",
    "Stream",
    "Window",
    "action",
    "allowed",
    "assign",
    "bind_mount",
    "check",
    "declaration",
    "dump",
    "field",
    "key_of",
    "merge",
    "newcomers",
    "on",
    "presence",
    "registry",
    "restore",
    "schema_of",
    "settle_streams",
    "shared_class",
    "showing_params",
    "signal",
    "signals",
    "stream",
    "take_over",
    "window",
    "write",
]
