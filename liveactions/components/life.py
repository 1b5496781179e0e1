"""The life of a component: every moment at which its own code runs, in one table.

Each is a method of ``Component`` that a subclass may override, sync or ``async``.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIFE", "Moment"]


@dataclass(frozen=True)
class Moment:
    """``name`` is the method; ``asynchronous`` tells that it may be written with ``async def``."""

    name: str
    when: str
    arguments: str = ""
    answer: str = ""
    asynchronous: bool = True


LIFE: dict[str, Moment] = {
    moment.name: moment
    for moment in (
        Moment(
            "mount",
            "Once, when the component is placed in a page, before its first render. The default sets the fields "
            "named by the parameters.",
            "**params: what the page (or the parent's template) gives, checked by the annotations",
        ),
        Moment(
            "topics",
            "After mount and restored, and again whenever state has changed: the page follows what it names.",
            answer="names of topics",
        ),
        Moment(
            "restored",
            "Each time the state was taken from a snapshot: when the page's socket opens after the first HTML, and "
            "when a page resumes on another process. mount is not run again.",
        ),
        Moment(
            "updated",
            "After an action, an event or a write from the browser has changed state, before the render.",
            "changed: the names of the changed fields, as a frozenset",
        ),
        Moment(
            "unmount",
            "Once, when the component has left its page or the page has gone for good. Not after a lost process.",
        ),
    )
}
