"""The builder door."""

from __future__ import annotations

from typing import Any

from liveactions.components.callbacks import Callback
from liveactions.results import Confirm, Error

__all__ = ["merge"]


def merge(returned: list[Any], built: list[Any]) -> list[Any]:
    """What was returned, then what was built; a question or an error goes first."""
    first = any(isinstance(each, (Callback, Confirm, Error)) for each in built)
    return [*built, *returned] if first else [*returned, *built]
