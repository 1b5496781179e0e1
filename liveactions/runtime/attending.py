"""Where nobody asks who is present."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liveactions.components import Present

__all__ = ["NOBODY", "Nobody"]


class Nobody:
    """The ``Attendance`` of a host that has none."""

    def seat(self, page: object) -> None: ...

    def leave(self, page: object) -> None: ...

    def people(self, _: str) -> list[Present]:
        return []


NOBODY = Nobody()
