"""A middleware that says whose request it is: what its view changes is told as made by that user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware

from liveactions.contrib.records.changes import acting

__all__ = ["acting_user"]


@sync_and_async_middleware
def acting_user(respond: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """``"liveactions.contrib.records.middleware.acting_user"``, after Django's authentication."""
    if iscoroutinefunction(respond):

        async def answer_later(request: HttpRequest) -> Any:
            with acting(request.user):
                return await respond(request)

        return answer_later

    def answer(request: HttpRequest) -> Any:
        with acting(request.user):
            return respond(request)

    return answer
