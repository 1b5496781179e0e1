"""Questions that a page's user has been asked and has not answered yet.

A question is answered once, and by the user it was put to; its token is signed and says who has asked whom, and on
which page.
Either an action waits for the answer, or what follows is kept as a callback. It is answered where it stands: on the
page that has asked, and with ``all_tabs`` on every other of the user's.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from liveactions.components import ActionRequest, Callback
from liveactions.errors import CallError, TokenError
from liveactions.results import Confirm, Event, audience

if TYPE_CHECKING:
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.wire.frames import Call

__all__ = ["GIVEN", "TAKEN", "Question", "Questions"]

PURPOSE = "question"

GIVEN = "@answer.given"
"""The event by which the page that has asked hears of an answer that was given on another one."""

TAKEN = "@answer.taken"
"""The event by which that other one hears what has become of it."""

PATIENCE = 5.0
"""Seconds after which a page that says nothing of an answer is taken for gone."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``answer`` is what an action waits for, ``callback`` what is run instead."""

    key: str
    word: Confirm
    component: int
    answer: asyncio.Future[str] | None = None
    callback: Callback | None = None
    request: ActionRequest | None = None
    call: Call | None = None
    """The call that is run after a yes."""


class Questions:
    """The open questions of one page."""

    __slots__ = ("elsewhere", "kept", "page", "relayed")

    def __init__(self, page: Page) -> None:
        self.page = page
        self.kept: dict[str, Question] = {}
        self.elsewhere = False
        """Whether questions may have been put in another process, where what followed is lost."""
        self.relayed: dict[str, asyncio.Future[list[str] | None]] = {}
        """Answers to other pages' questions that were handed to these: why one was refused (None: it was taken)."""

    def ask(self, node: Node, word: Confirm) -> Question:
        """A question for whose answer an action waits. On a page that has been left, nobody will answer any more."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        question = self.put(lambda key, token: Question(key, replace(word, token=token), node.id, answer))
        if self.page.ended:
            answer.cancel()
        return question

    def keep(self, node: Node, callback: Callback, request: ActionRequest | None) -> Confirm:
        """A question whose answer a function of the application will be given."""
        return self.put(
            lambda key, token: Question(key, callback.question(token), node.id, callback=callback, request=request)
        ).word

    def keep_call(self, node: Node, word: Confirm, call: Call) -> Confirm:
        """A question before a call that the server makes."""
        return self.put(lambda key, token: Question(key, replace(word, token=token), node.id, call=call)).word

    def put(self, make: Callable[[str, str], Question]) -> Question:
        if len(self.kept) >= self.page.host.limits.max_pending:
            self.make_room()
        key = secrets.token_urlsafe(12)
        sealed = [self.page.asking_as, self.user, key, self.page.page_id]
        question = make(key, self.page.host.seals.seal(PURPOSE, sealed))
        self.kept[key] = question
        if question.word.all_tabs and self.user:
            self.page.host.tell(audience.user(self.user), question.word, exclude=self.page.page_id)
        return question

    def make_room(self) -> None:
        """The oldest question for which no action waits is open no longer: its dialog may be gone for long."""
        oldest = next((question for question in list(self.kept.values()) if question.answer is None), None)
        if oldest is None:
            raise CallError("Too many questions are open on this page.", code="page.busy", retry_ms=1000)
        self.close(oldest)

    @property
    def user(self) -> str:
        pk = getattr(self.page.tree.surroundings.user, "pk", None)
        return "" if pk is None else str(pk)

    def asker(self, token: str) -> str:
        """Who has asked this page's user: itself, another page, a job. Raises ``TokenError``."""
        asker, user, _, page = self.read(token)
        if user != self.user or not (user or page == self.page.page_id):
            raise TokenError("This question was put to somebody else.", code="token.foreign")
        return asker

    def take(self, token: str, choice: str) -> Question:
        """The question of ``token``, answered here, and open no longer. Raises ``TokenError``, ``CallError``."""
        question = self.find(token, choice)
        self.close(question)
        return question

    def find(self, token: str, choice: str) -> Question:
        """The open question of ``token``, which ``choice`` answers. Raises ``TokenError``, ``CallError``."""
        asker, user, key, _ = self.read(token)
        if asker != self.page.asking_as or user != self.user:
            raise TokenError("This question was put to somebody else.", code="token.foreign")
        question = self.kept.get(key)
        if question is None and self.elsewhere:
            raise CallError("The server that asked this is gone.", code="call.lost", hint="Ask for it again.")
        if question is None:
            raise CallError("This question has been answered.", code="confirm.answered")
        names = [name for name, _ in question.word.choices]
        if choice not in names:
            raise CallError(
                f"{choice[:40]!r} is not among the answers.",
                code="confirm.unknown",
                hint=f"They are: {', '.join(names)}.",
            )
        return question

    async def relay(self, asker: str, token: str, choice: str) -> None:
        """Hand an answer to the page that has asked, and wait until it is taken. Raises ``CallError`` if it is not."""
        task = asyncio.current_task()
        assert task is not None
        self.page.hand_on(task)
        key, reply = secrets.token_urlsafe(9), asyncio.get_running_loop().create_future()
        self.relayed[key] = reply
        try:
            news = {"token": token, "choice": choice, "reply": [self.page.page_id, key]}
            self.page.host.tell(audience.page(asker), event=GIVEN, **news)
            await asyncio.wait({reply}, timeout=PATIENCE)
        finally:
            del self.relayed[key]
        if not reply.done():
            raise CallError(
                "The page that has asked this does not say that it has the answer.",
                code="call.lost",
                hint="Look there; if it is gone, ask for it again.",
            )
        if (refusal := reply.result()) is not None:
            code, message = refusal
            raise CallError(message, code=code)

    def read(self, token: str) -> list[str]:
        found = self.page.host.seals.unseal(PURPOSE, token)
        if len(found) != 4:
            raise TokenError("This is not the token of a question.", code="token.forged")
        return found

    def close(self, question: Question, *, here: bool = True) -> None:
        """It is open no longer. Where it stands it is taken away, but for the page where it was answered (``here``)."""
        if self.kept.pop(question.key, None) is None:
            return
        gone = Event("live:answered", {"token": question.word.token})
        if question.word.all_tabs and self.user:
            self.page.host.tell(audience.user(self.user), gone)
        elif not here:
            self.page.apply([(None, gone)])

    async def answered(self) -> None:
        """Wait until no action waits for an answer any more."""
        while waiting := [question.answer for question in self.kept.values() if question.answer is not None]:
            await asyncio.wait(waiting)
            await asyncio.sleep(0)  # whoever waited forgets the question

    def free(self) -> None:
        """Nobody asks any more."""
        del self.page

    def end(self) -> None:
        """The page is left: who waits for an answer is stopped."""
        for question in list(self.kept.values()):
            if question.answer is not None:
                question.answer.cancel()
            self.close(question)
