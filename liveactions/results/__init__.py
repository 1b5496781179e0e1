"""The vocabulary: what an action may answer, for whom, and how it is written on the wire."""

from liveactions.results import audience
from liveactions.results.audience import Audience
from liveactions.results.dicts import from_dict
from liveactions.results.doors import Actions, Foreign, items_of
from liveactions.results.encoding import SHAPES, from_wire, to_wire
from liveactions.results.plain import plain, teach
from liveactions.results.words import (
    HTML,
    WORDS,
    Delete,
    Error,
    Event,
    History,
    Level,
    LoadJS,
    Notify,
    Patch,
    Redirect,
    Result,
    Signal,
    Signals,
    Swap,
    Toast,
    Whole,
)

__all__ = [
    "HTML",
    "SHAPES",
    "WORDS",
    "Actions",
    "Audience",
    "Delete",
    "Error",
    "Event",
    "Foreign",
    "History",
    "Level",
    "LoadJS",
    "Notify",
    "Patch",
    "Redirect",
    "Result",
    "Signal",
    "Signals",
    "Swap",
    "Toast",
    "Whole",
    "audience",
    "from_dict",
    "from_wire",
    "items_of",
    "plain",
    "teach",
    "to_wire",
]
