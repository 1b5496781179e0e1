"""Words that the server performs: who does it, in one table.

A performer gets the result and the action request, and answers with anything an action may answer with. It may change
components of the page (``request.find``); what it changed is sent where the result stood.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from liveactions.errors import ResultError
from liveactions.results.words import Result

__all__ = ["Performer", "is_performed", "perform", "performs"]

Performer = Callable[[Any, Any], Any]
"""``(result, request)`` → what an action may return. The result itself means: not mine, or to be sent as it is."""

Function = TypeVar("Function", bound=Performer)

PERFORMERS: dict[type[Result], list[Performer]] = {}


def performs(*words: type[Result]) -> Callable[[Function], Function]:
    """Have the decorated function perform these words on the server::

        @performs(Report)
        def make_report(report, request):
            return Download(f"{report.report_id}.pdf", pdf_of(report, request.user))

    Called in a thread. Of several for one word the latest is asked first; one that returns the result it was given
    leaves it to the one before.
    """

    def register(function: Function) -> Function:
        for word in words:
            PERFORMERS.setdefault(word, []).insert(0, function)
        return function

    return register


def is_performed(result: Result) -> bool:
    """Whether the server has something to do for this result before a browser hears of it."""
    return type(result) in PERFORMERS or result.local


def perform(result: Result, request: Any) -> Any:
    """What performing ``result`` comes to: something an action may return, or the result itself if it is to be sent.

    Raises ``ResultError`` for a word that only a server performs and nobody here does.
    """
    for performer in PERFORMERS.get(type(result), ()):
        answer = performer(result, request)
        if answer is not result:
            return answer
    if result.server:
        raise ResultError(
            f"Nobody performs {type(result).__name__} here.", hint=NEEDED.get(type(result).__name__, "Use @performs.")
        )
    return result


NEEDED = {
    "Wizard": 'Add "liveactions.contrib.windows" to INSTALLED_APPS.',
    "WindowAction": 'Add "liveactions.contrib.records" to INSTALLED_APPS.',
    "Report": 'Add "liveactions.contrib.reports" to INSTALLED_APPS.',
    "SendMessage": 'Add "liveactions.contrib.mail" to INSTALLED_APPS.',
}
"""Where the performers of some words live."""
