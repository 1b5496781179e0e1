"""Answers that a user gives on another tab than the one that has asked.

The asking page (or job), wherever it is, is told by the bus; it takes the answer, or says why it does not, and the page
that was answered on hears of it (``Questions.relay``). So a question has one place where it is open, and one answer.

What follows from it is no call of the asking page, but begins, is kept and committed as one, under a number of its own.
That the answer is taken is said when it is kept that it has begun: then whoever holds the page tells what became of it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from liveactions.errors import CallError, LiveActionsError
from liveactions.results import audience
from liveactions.runtime import turns
from liveactions.runtime.questions import GIVEN, TAKEN

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["GIVEN", "TAKEN", "given", "taken"]

BITS = 62
"""Of the number under which something is done that the page has not called: below zero, and the same for no other."""


def given(page: Page, news: Mapping[str, Any]) -> None:
    """Another page of the user has an answer to a question of this one."""
    try:
        take(page, news["token"], news["choice"])
    except LiveActionsError as error:
        reply(page, news, [error.code, error.message])
        return
    page.keep_task(asyncio.get_running_loop().create_task(acknowledged(page, news)))


async def acknowledged(page: Page, news: Mapping[str, Any]) -> None:
    """Say that an answer is taken, unless another process has the page, which knows nothing of it."""
    if page.keeping is None or await page.keeping.stored():
        reply(page, news, None)


def reply(page: Page, news: Mapping[str, Any], refusal: list[str] | None) -> None:
    page_id, key = news["reply"]
    page.host.tell(audience.page(page_id), event=TAKEN, key=key, refusal=refusal)


def take(page: Page, token: str, choice: str) -> None:
    """Raises ``CallError``, ``TokenError``. What follows from the answer has its turn on this page."""
    question = page.questions.find(token, choice)
    if question.answer is None:
        number = -1 - secrets.randbits(BITS)
        follow = partial(turns.go_on, page, question, choice, number)
        if page.ended or not page.mailbox.put(follow, limit=page.host.limits.max_events):
            raise CallError("The page that has asked this is busy.", code="page.busy", retry_ms=1000)
        page.begin_unasked(number)
    elif not question.answer.done():
        question.answer.set_result(choice)
    page.questions.close(question, here=False)


def taken(page: Page, news: Mapping[str, Any]) -> None:
    """What has become of an answer that was given on this page."""
    reply = page.questions.relayed.get(news["key"])
    if reply is not None and not reply.done():
        reply.set_result(news["refusal"])
