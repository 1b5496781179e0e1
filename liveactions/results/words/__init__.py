"""The vocabulary: every word an action may answer with, as frozen data.

To add a word: one class in the module of its kind, one line in ``WORDS``, one performer in ``js/src/results.ts`` (or,
for a word that the server performs, one function marked with ``@performs``), one golden file in ``protocol/results/``.
The TypeScript types are generated from these classes (``python -m liveactions.devtools.vocabulary``); a missing
performer is a compile error there.

Sources: the action items of HyperDjango (``HTML`` … ``Signals``), the action results of an ERP (``Notify``,
``Download``, ``Wizard`` …) and the action responses of Lino (``Alert``, ``Confirm``, ``Refresh`` …). Where they leave
an edge open, the docstring says what was chosen.
"""

from __future__ import annotations

from liveactions.results.words.base import Addressed, Result
from liveactions.results.words.flow import Custom, Multi, Noop, Reference, Switch
from liveactions.results.words.leaving import Chunk, Download, OpenURL, Redirect, Reload
from liveactions.results.words.messages import Alert, Confirm, Error, Level, Log, Notify, Toast, Variant
from liveactions.results.words.page import (
    HTML,
    ActiveTab,
    Delete,
    EditingMode,
    Event,
    Focus,
    History,
    LoadJS,
    Signal,
    Signals,
    Swap,
)
from liveactions.results.words.records import DataRecord, RecordDeleted, Report, Rows, UpdateParent
from liveactions.results.words.rendered import Patch, Shared, Whole
from liveactions.results.words.windows import Close, Refresh, SendMessage, WindowAction, Wizard

__all__ = [
    "HTML",
    "WORDS",
    "ActiveTab",
    "Addressed",
    "Alert",
    "Chunk",
    "Close",
    "Confirm",
    "Custom",
    "DataRecord",
    "Delete",
    "Download",
    "EditingMode",
    "Error",
    "Event",
    "Focus",
    "History",
    "Level",
    "LoadJS",
    "Log",
    "Multi",
    "Noop",
    "Notify",
    "OpenURL",
    "Patch",
    "RecordDeleted",
    "Redirect",
    "Reference",
    "Refresh",
    "Reload",
    "Report",
    "Result",
    "Rows",
    "SendMessage",
    "Shared",
    "Signal",
    "Signals",
    "Swap",
    "Switch",
    "Toast",
    "UpdateParent",
    "Variant",
    "Whole",
    "WindowAction",
    "Wizard",
]

WORDS: dict[int, type[Result]] = {
    1: HTML,
    2: Delete,
    3: Event,
    4: Toast,
    5: Notify,
    6: Redirect,
    7: History,
    8: LoadJS,
    9: Signal,
    10: Signals,
    11: Error,
    12: Whole,
    13: Patch,
    14: Alert,
    15: Confirm,
    16: Close,
    17: Refresh,
    18: OpenURL,
    19: Download,
    20: Chunk,
    21: UpdateParent,
    22: Focus,
    23: EditingMode,
    24: ActiveTab,
    25: Reload,
    26: Log,
    27: RecordDeleted,
    28: DataRecord,
    29: Rows,
    30: Reference,
    31: Custom,
    32: Multi,
    33: Noop,
    34: Shared,
    # The server performs these; they travel inside a signed Reference.
    64: Wizard,
    65: WindowAction,
    66: SendMessage,
    67: Report,
    68: Switch,
}
"""The number of each word on the wire. A number is never used again for another word."""
