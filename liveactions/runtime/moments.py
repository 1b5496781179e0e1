"""The moments at which a process may die and something would be half done. Tests let it die there.

``moments.reached`` is called at each, from whichever thread is there; it does nothing, and costs that.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

__all__ = ["MOMENTS", "Moment", "reached"]

Moment = Literal[
    "after_receive",
    "after_claim",
    "before_commit",
    "after_commit",
    "before_publish",
    "after_publish",
    "before_reply",
    "before_state_save",
    "after_state_save",
]
MOMENTS: Final[tuple[Moment, ...]] = get_args(Moment)
"""In the order in which an atomic call passes them; its state is saved once before and once after it is run."""


def reached(moment: Moment) -> None:
    """A moment has come. Whoever wants to know of it puts something else in the place of this function."""
