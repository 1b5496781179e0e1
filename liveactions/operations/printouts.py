"""What nobody reads is not written out.

For each connection autobahn writes out all of its settings, for a log at the level ``debug``, before it asks whether
there is such a log. Under daphne that took a tenth of what it costs to have a page come back, and a thousand come back
at once. Here it is written out when it is read.
"""

from __future__ import annotations

import sys
from pprint import pformat
from typing import Any

__all__ = ["spare_printouts"]


def spare_printouts() -> None:
    """Have autobahn write out the settings of a connection only where its log has them. Idempotent; without autobahn
    there is nothing to do."""
    protocol: Any = sys.modules.get("autobahn.websocket.protocol")
    if getattr(protocol, "pformat", None) is pformat:
        protocol.pformat = printout


def printout(value: Any) -> Any:
    """What ``pformat`` makes of a value; of a list, when that is asked for."""
    return Printout(value) if isinstance(value, list) else pformat(value)


class Printout:
    """A list that is written out as soon as somebody reads it."""

    __slots__ = ("value",)

    def __init__(self, value: list[Any]) -> None:
        self.value = value

    def __str__(self) -> str:
        return pformat(self.value)
