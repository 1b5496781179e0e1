"""Words about records: rows of a table, and the form that shows one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from liveactions.errors import ResultError
from liveactions.results.words.base import Result, check_record

__all__ = ["DataRecord", "RecordDeleted", "Report", "Rows", "UpdateParent"]


@dataclass(frozen=True, slots=True)
class UpdateParent(Result):
    """Put values into the form under the window, unsaved.

    ``values`` maps fields to values. The value of a relation may be commands, done in order: ``("C", values)``
    create, ``("U", id, values)`` update, ``("D", id)`` delete, ``("X", id)`` take out, ``("L", id)`` link, ``("K",)``
    clear, ``("S", ids)`` set; 0 to 6 mean the same in this order. ``close`` closes the window.
    """

    values: Mapping[str, Any]
    close: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.values, Mapping):
            raise ResultError(f"values must map fields to values, got {type(self.values).__name__}.")
        object.__setattr__(self, "values", {str(name): commanded(name, value) for name, value in self.values.items()})


COMMANDS = {"C": 1, "U": 2, "D": 1, "X": 1, "L": 1, "K": 0, "S": 1}
"""Each command of a relation, with the number of its operands."""
NUMBERED = "CUDXLKS"
"""The commands in the order of the numbers that an ERP gives them."""


def commanded(name: object, value: Any) -> Any:
    """``value`` with every relation command as ``[letter, operand, …]``. Raises ``ResultError`` for an unknown one."""
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(item, (list, tuple)) for item in value):
        return value
    return [command(f"{name}.{index}", item) for index, item in enumerate(value)]


def command(path: str, given: Sequence[Any]) -> list[Any]:
    letter = given[0] if given else None
    numbered = type(letter) is int
    name = NUMBERED[letter] if type(letter) is int and 0 <= letter < len(NUMBERED) else letter
    if not isinstance(name, str) or name not in COMMANDS:
        raise ResultError(f"{path} is the command {letter!r}.", hint="Known are C U D X L K S, and 0 to 6.")
    operands = erp_operands(name, [*given[1:]]) if numbered else [*given[1:]]
    if len(operands) != COMMANDS[name]:
        raise ResultError(f"{path}: the command {name} takes {COMMANDS[name]} operands, got {len(operands)}.")
    return [name, *operands]


def erp_operands(name: str, operands: list[Any]) -> list[Any]:
    """An ERP's commands are always three long, filled up with zeros: (0, 0, values), (3, id, 0), (6, 0, ids)."""
    padded = [*operands, 0, 0][:2]
    return {"C": padded[1:], "S": padded[1:], "U": padded, "K": []}.get(name, padded[:1])


@dataclass(frozen=True, slots=True)
class RecordDeleted(Result):
    """These records are gone: the page drops them from what is selected and marks what shows them.

    ``model`` is ``app.model`` where the component does not say it.
    """

    pks: Sequence[int | str]
    model: str | None = None

    def __post_init__(self) -> None:
        pks = self.pks if isinstance(self.pks, (list, tuple, set, frozenset)) else (self.pks,)
        object.__setattr__(self, "pks", tuple(pks))
        for pk in self.pks:
            check_record("pks", pk)


@dataclass(frozen=True, slots=True)
class DataRecord(Result):
    """One record for the page: the signal ``record`` of the component, and the event ``live:record``.

    ``navinfo`` says where it stands among others (``first``, ``prev``, ``next``, ``last``, ``recno``, ``count``);
    ``disable_delete`` why it cannot be deleted, None if it can.
    """

    data: Mapping[str, Any]
    id: int | str | None = None
    title: str | None = None
    navinfo: Mapping[str, Any] | None = None
    disable_delete: str | None = None


@dataclass(frozen=True, slots=True)
class Rows(Result):
    """Several records for a page: the signals ``rows`` and ``count`` of the component, and the event ``live:rows``."""

    rows: Sequence[Any]
    count: int | None = None
    title: str | None = None
    no_data_text: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.rows))
        if self.count is None:
            object.__setattr__(self, "count", len(self.rows))


@dataclass(frozen=True, slots=True)
class Report(Result):
    """Make a document (a PDF) and hand it to the browser.

    ``report_id`` names a registered report. Either ``instance_ids`` (with ``model``, if the report does not say it) or
    ``report_data``, not both. ``contact_id`` is whose language and formats are used. ``close`` closes the window
    when the file is there.
    """

    server: ClassVar[bool] = True

    report_id: int | str
    model: str | None = None
    instance_ids: Sequence[int | str] | None = None
    report_data: Mapping[str, Any] | None = None
    contact_id: int | str | None = None
    close: bool = False

    def __post_init__(self) -> None:
        check_record("report_id", self.report_id)
        if (self.instance_ids is None) == (self.report_data is None):
            raise ResultError("Report() needs instance_ids or report_data, and not both.")
        if self.instance_ids is not None:
            object.__setattr__(self, "instance_ids", tuple(self.instance_ids))
