"""A component of which nearly everything can change, for tests of what is noticed of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from liveactions.components import Component, signal
from liveactions.components import field as state_field
from liveactions.components.watch import settle, touched

ALL = {"count", "title", "rows", "tags", "shown", "search"}
MUTABLE = {"rows", "tags", "shown"}


@dataclass
class Row:
    number: int = 0
    tags: list[Any] = field(default_factory=list)


class Board(Component):
    count: int = 0
    title: Any = ""
    rows: list[Any] = []
    tags: dict[str, Any] = {}
    shown: list[int] = signal([])
    search: str = state_field("", bind=True)


class Hooked(Board):
    def updated(self, changed: frozenset[str]) -> None:
        """Wants to know exactly."""


def settled(cls: type[Board] = Board) -> Any:
    """A component whose first rendering is done."""
    board = cls()
    vars(board).pop("_params")
    asked(board)
    return board


def asked(board: Component) -> frozenset[str]:
    """What a turn does: ask, render, settle."""
    names = touched(board)
    settle(board)
    return names
