"""What the builder makes: blocks of static HTML with slots between, and in which order they are evaluated.

A block is ``statics[0] slot[0] statics[1] … slot[n-1] statics[n]``; its values are a list with one value for each slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

__all__ = ["Block", "Entered", "Kind", "Namespace", "Plan", "Slot", "Step", "Value", "Values"]

Namespace = Literal["", "svg", "math"]
Value = Any
Values = Sequence[Value]
"""One value for each slot of a block. What a value looks like is said at each `Kind`."""


class Kind(IntEnum):
    """Where a slot stands, and what its value is."""

    RUN = 0
    """Among child nodes; text, or HTML that is rendered as a whole. Value: its HTML source."""
    ATTRIBUTE = 1
    """The value of a quoted attribute. Value: its source, with entities."""
    TAG = 2
    """All between the name of a tag and its end. Value: that source, e.g. `` value="3" selected``."""
    CONTENT = 3
    """All inside an element that holds text only (script, style, textarea, title …). Value: that source."""
    BRANCH = 4
    """Among child nodes; one of several blocks. Value: None for nothing, or ``[alternative, values]``."""
    LOOP = 5
    """Among child nodes; a block for each row. Value: ``[values, …]``."""
    COMPONENT = 6
    """Among child nodes; a nested component, one element. Value: its id, an int."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One dynamic place of a block."""

    kind: Kind
    source: Any
    """RUN, ATTRIBUTE, TAG and CONTENT: a tuple of pieces whose texts, joined, are the value (a Scope, Branch or Loop in
    it is rendered whole). BRANCH, LOOP and COMPONENT: the payload of their piece."""
    name: str = ""
    """ATTRIBUTE: the name of the attribute."""
    parted: bool = False
    """RUN: text that is not the run's may follow it in the page."""
    blocks: tuple[Block, ...] = ()
    """BRANCH: one for each alternative. LOOP: the row, alone."""
    raw: bool = False
    """CONTENT: entities mean nothing there."""
    place: str = "text"
    """Where it stands, in words for a person: ``text``, ``attribute href``, ``unquoted attribute href``,
    ``tag <input>``, ``content of <script>``, ``element <ul>``, ``html``, ``branch``, ``loop``, ``component``."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Enter the scope of this payload, and take these steps inside it."""

    payload: Any
    steps: tuple[Step, ...]


Step = int | Entered
"""An int: evaluate the slot of this number."""


@dataclass(frozen=True, slots=True)
class Block:
    """Static HTML and the slots in it."""

    statics: tuple[str, ...]
    """One more than there are slots."""
    slots: tuple[Slot, ...]
    steps: tuple[Step, ...]
    """Every slot once, in the order of the source."""
    namespace: Namespace = ""
    """In which vocabulary a browser has to read this block: HTML, or inside an ``<svg>`` or a ``<math>``."""
    key: int | None = None
    """The number of the slot that is ``live-key`` of the first element at the top of this block: of kind ATTRIBUTE,
    or TAG if it stands in one."""
    skeleton: str = ""
    """What a browser is given of it: the static HTML, with ``<!--live@N-->`` for a slot among child nodes, and
    ``live-slot="N …"`` on an element with slots in its tag or as its content."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A template as blocks."""

    block: Block
    wrapped: bool
    """There is not exactly one root element that stands still, so ``<live-root>`` is put around all."""
