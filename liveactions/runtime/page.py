"""A page session: one connected tab. (Not Django's session: that belongs to a browser.)

Frames come in by ``receive``, news from elsewhere by ``deliver``, ``hear`` and ``lost``; everything that touches
a component is a job in the mailbox; everything for the page leaves by the outbox. A session outlives its
socket: ``attach`` and ``detach`` say which one it has.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any

from liveactions.components import Showing
from liveactions.errors import CallError, FrameError, LiveActionsError, LocalError, Refusal
from liveactions.metrics import figures
from liveactions.results import Error
from liveactions.runtime import background, calls, moments, relays, turns
from liveactions.runtime.downloads import parted
from liveactions.runtime.fitting import oversize, rescued
from liveactions.runtime.following import Following
from liveactions.runtime.host import Host
from liveactions.runtime.journal import note
from liveactions.runtime.keeper import Keeper
from liveactions.runtime.keeping import Keeping, part_of, resolve
from liveactions.runtime.mailbox import Mailbox
from liveactions.runtime.node import Node
from liveactions.runtime.outbox import QUESTION, Outbox
from liveactions.runtime.ports import Transport
from liveactions.runtime.questions import Questions
from liveactions.runtime.steps import Step, foreseen
from liveactions.runtime.surroundings import Surroundings
from liveactions.runtime.tokens import digest_of_token, fresh_token, is_among, once_more, proof_of, rotated
from liveactions.runtime.tree import Item, Tree
from liveactions.runtime.working import here_or_thread
from liveactions.wire import OwnStream, Taken, answer_frame, close_code, encode, items_to_wire
from liveactions.wire.frames import (
    OWN,
    Apply,
    Bye,
    Call,
    Cancel,
    Frame,
    Hello,
    Leave,
    Mount,
    Ping,
    Pong,
    Resync,
    Set,
    Unmount,
    Welcome,
    refusal_to_wire,
)

__all__ = ["SESSION_ENDED", "USER_CHANGED", "Open", "Page"]

logger = logging.getLogger("liveactions")
security = logging.getLogger("liveactions.security")


class Open:
    """A numbered frame that was taken and not answered yet."""

    # Every call makes one: what is seldom anything else stays in the class.
    cancelled = False
    begun = False
    """Whether it is kept, or about to be, that it has begun."""
    comes = False
    """Whether it is still to come to a thread."""
    cancel: Callable[[], Any] | None = None
    """Stops the action that runs for it; None while it waits, and for one that cannot be stopped."""
    step: Step | None = None
    """The atomic action at which it has arrived; None for a call that has no receipts."""
    committed = 0
    """How many of its actions are done for good, whatever comes."""

    @classmethod
    def arrived(cls, step: Step) -> Open:
        """One that was taken by another process, and has arrived at this step."""
        made = cls()
        made.begun, made.step, made.committed = True, step, step.place
        return made


class Page:
    """One connected tab: its components, its numbers, its mailbox and its outbox."""

    __slots__ = (
        "__weakref__",
        "ahead",
        "attached_at",
        "begun",
        "called",
        "change_at",
        "checked",
        "claimed",
        "connected",
        "ended",
        "following",
        "good",
        "host",
        "keeping",
        "leaving",
        "left_at",
        "mailbox",
        "open",
        "outbox",
        "owed_until",
        "own",
        "page_id",
        "pinged",
        "proofs",
        "questions",
        "quota",
        "reads",
        "seen",
        "taken",
        "tasks",
        "token",
        "tree",
    )

    def __init__(self, host: Host, surroundings: Surroundings, page_id: str = "", token: str = "") -> None:
        limits = host.limits
        self.host = host
        self.page_id = page_id or secrets.token_urlsafe(12)
        self.token = token or fresh_token(self.page_id)
        self.good: tuple[bytes, ...] = (digest_of_token(self.token),)
        """Of every token that is good here, the present one first …"""
        self.proofs: tuple[bytes, ...] = (proof_of(self.token),)
        """… and of what is kept of them."""
        self.keeping: Keeping | None = None
        """What is kept of it for other processes; None if it is not."""
        self.tree = Tree(host.renderer, surroundings, page=self.page_id, first_id=2, limit=limits.max_components)
        self.quota = host.quotas.join(self, getattr(surroundings.user, "pk", None))
        self.tree.gallery = host.gallery
        self.taken = Taken()
        self.begun = 0
        """Up to this number everything was answered, or has begun and cannot be taken back."""
        self.ahead: set[int] = set()
        """What of the rest was answered already."""
        self.claimed: dict[int, Step] = {}
        """Calls that had begun where the page was before, and the step with which each is gone on with here."""
        self.own = OwnStream(limits.max_replay)
        # Room for everything that is bounded by itself: events, calls, one rendering afresh, and the end.
        self.mailbox = Mailbox(limits.max_events + limits.max_pending + 3)
        self.following = Following(self)
        self.outbox = Outbox(limits.max_outbox, limits.window, self.reading_changed, self.following.shed, host.awake)
        self.reads: asyncio.Future[None] | None = None
        """Done when the page reads again, where somebody waits for that."""
        self.pinged = 0
        """How far all streams together had come when the page was told of it last."""
        self.open: dict[int, Open] = {}
        self.questions = Questions(self)
        self.tasks: set[asyncio.Task[None]] = set()
        self.called: dict[str, float] = {}
        """When throttled actions were last run."""
        self.seen = self.checked = self.left_at = self.owed_until = host.now()
        """When the page was last heard, when its user was last looked at, when it lost its socket, and up to when it
        has sent in advance."""
        self.attached_at = self.change_at = math.inf
        """When its socket came, and when that is to be changed for a new one."""
        self.leaving: asyncio.Event | None = None
        """Set whenever the last that had begun was answered; None while the page is served here without an end."""
        self.connected = self.ended = False

    @property
    def asking_as(self) -> str:
        """By what name answers to its questions find it."""
        return self.page_id

    # The socket -------------------------------------------------------------------------------------------

    async def welcome(self, transport: Transport, hello: Hello) -> None:
        """A new page has connected. What was said to its user since it was rendered, follows."""
        self.attach(transport)
        self.tree.programs = bool(hello.programs)
        self.greet(recovered=False)
        await self.following.begin(hello.since, hello.asked.positions or {})
        self.following.tell()

    async def resume(self, transport: Transport, hello: Hello) -> bool:
        """The page has come back over a new socket; False if what it missed is no longer kept."""
        asked = hello.asked
        missed = self.own.since(asked.ack)
        if missed is None:
            return False
        self.own.ack(asked.ack)
        if self.connected:
            self.hang_up("page.elsewhere", "A newer socket speaks for this page.")
        self.following.hold_back()
        self.attach(transport)
        self.greet(recovered=True)
        for frame in missed:
            self.outbox.push(frame)
        if self.keeping is not None:
            self.keeping.show()
        await self.following.go_on(asked.positions or {})
        if any(node.shared for node in self.tree.nodes.values()):
            self.recheck()  # others see to it that it goes on changing, for whoever may see it
        if self.keeping is not None and (self.keeping.unseen or self.keeping.unheard):
            self.outbox.push(QUESTION)
        return True

    def knows(self, token: str) -> bool:
        """Whether this is a token of the page: the present one, or one before until that was used."""
        return is_among(self.good, digest_of_token(token))

    def is_outdated(self, seen: int) -> bool:
        """Whether its tab has ``seen`` frames that are not from here: the page has gone on elsewhere meanwhile."""
        keeping = self.keeping
        if keeping is None:
            return False
        return seen > (max(keeping.sure, keeping.shown) if keeping.unheard else self.own.offset)

    async def rotate(self, presented: str, seen: int) -> bool:
        """Give it a new token, or while that cannot be kept the one that it has once more: others could not know it.

        Its tab has ``seen`` so many frames. False if the page turns out to be held by another process.
        """
        self.give(fresh_token(self.page_id), presented)
        if (keeping := self.keeping) is None:
            return True
        self.own.ack(seen)
        keeping.come_back()
        is_ours = await keeping.stored()
        if keeping.owes_token:
            self.give(once_more(presented, keeping.fence), presented)
        return is_ours

    def give(self, token: str, presented: str) -> None:
        """From now on it is resumed by this token, and until it was used by those before."""
        self.token = token
        self.good = rotated(self.good, digest_of_token(presented), digest_of_token(token))
        self.proofs = rotated(self.proofs, proof_of(presented), proof_of(token))
        if self.keeping is not None:
            self.keeping.identify()

    def attach(self, transport: Transport) -> None:
        self.outbox.attach(transport)
        self.connected = True
        self.pinged = 0
        self.seen = self.attached_at = self.host.now()
        self.change_at = self.seen + self.host.limits.socket_age * random.uniform(0.9, 1.0)  # noqa: S311  # no secret

    def greet(self, *, recovered: bool) -> None:
        heartbeat = int(self.host.limits.heartbeat * 1000)
        figures.RESUMES_RECOVERED.count += recovered
        self.push(Welcome(self.token, recovered, self.own.offset, self.taken.last, heartbeat, self.page_id))

    def detach(self) -> None:
        """The socket is gone, which is the last that was heard of it; the session waits for its page."""
        self.drop_socket()
        self.seen = self.left_at

    def drop_socket(self) -> None:
        self.outbox.detach()
        self.connected = False
        self.left_at = self.host.now()

    def hang_up(self, code: str, message: str, retry_ms: int | None = None) -> None:
        """Close the socket, saying why if it still takes it; the session waits for its page."""
        self.outbox.close(close_code(code), encode(Bye(code, message, retry_ms)))
        self.drop_socket()

    def begin_nothing(self) -> None:
        """This process ends: frames are not taken any more, and calls that wait are left to the next one."""
        self.leaving = asyncio.Event()

    def is_handed_back(self, number: int) -> bool:
        """Whether a numbered frame whose turn has come is left to the next process, which the page sends it again."""
        if self.leaving is None or self.keeping is None or not self.keeping.going or self.keeping.keeper.away:
            return False
        if self.open[number].begun:
            return False  # where the page was before: it will not send it again
        self.close(number)
        return True

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits for the page here."""
        return not self.open and self.mailbox.task is None

    async def finished(self) -> None:
        """Wait until nothing runs for the page, after ``begin_nothing``."""
        assert self.leaving is not None
        await self.mailbox.idle()
        while self.open and not self.ended:
            self.leaving.clear()
            await self.leaving.wait()
        await self.mailbox.idle()

    def end(self) -> None:
        """The page is left for good: after what runs now, components unmount and streams are unfollowed."""
        if self.ended:
            return
        self.finish(turns.end)
        self.detach()
        if self.keeping is not None:
            self.keeping.leave()

    def give_away(self) -> None:
        """Another process holds the page now: here it stops, and for its components nothing has happened."""
        if self.ended:
            return
        security.info("Page %s is held by another process now.", self.page_id)
        self.hang_up("page.elsewhere", "Another server speaks for this page.")
        self.finish(turns.stop)

    def finish(self, last: Callable[[Page], Awaitable[None]]) -> None:
        """Nothing more is begun for the page but its ``last`` turn."""
        self.ended = True
        self.quota.pages.discard(self)
        self.questions.end()
        for opened in self.open.values():
            self.has_come(opened)
        self.mailbox.close(partial(last, self))

    def free(self, nodes: Sequence[Node]) -> None:
        """Its last turn is over: what knows which page it is part of knows it no longer, so that all of it is freed
        when the last does who holds the page. Else it would wait for the garbage collector, and that stops the event
        loop, for longer the more such pages it finds."""
        if self.tasks:
            return  # what still runs needs everything
        self.keeping = None
        self.outbox.free()
        self.questions.free()
        self.following.free()
        for node in nodes:
            node.free()

    # What the page sends ----------------------------------------------------------------------------------

    def receive(self, frame: Frame) -> None:
        """Take a checked frame. Never waits. Raises ``FrameError`` when the connection must end."""
        self.seen = self.host.now()
        if type(frame) is not Pong or not self.outbox.asked:  # what it was asked for costs a page nothing
            self.spend()
        if len(self.good) > 1:
            self.confirm_token()
        HANDLERS[type(frame)](self, frame)

    def confirm_token(self) -> None:
        """The page speaks over its new socket, so it has its new token: those before are not good any more."""
        self.good, self.proofs = self.good[:1], self.proofs[:1]
        if self.keeping is not None:
            self.keeping.heard()

    def spend(self) -> None:
        """One frame more. Each is worth some time; a page may be so much ahead of it that two bursts fit in."""
        self.charge()
        if self.is_overdrawn:
            raise FrameError("This page sends too much.", code="rate.exceeded", retry_ms=1000)

    def charge(self) -> None:
        """What costs as much as one frame."""
        self.owed_until = max(self.seen, self.owed_until) + 1 / self.host.limits.rate_per_second

    @property
    def is_overdrawn(self) -> bool:
        """Whether it has sent so much that the next frame ends its connection."""
        limits = self.host.limits
        return self.owed_until - self.seen > 2 * limits.rate_burst / limits.rate_per_second

    def heard(self, frame: Pong) -> None:
        self.own.ack(frame.ack)
        self.outbox.answered()
        if self.keeping is not None and self.keeping.unseen:
            self.keeping.seen()

    def cancel(self, frame: Cancel) -> None:
        if (waiting := self.open.get(frame.number)) is not None:
            waiting.cancelled = True
            if waiting.cancel is not None:
                waiting.cancel()

    def leave(self, _: Leave) -> None:
        self.detach()

    def numbered(self, frame: turns.Numbered) -> None:
        moments.reached("after_receive")
        if self.leaving is not None or not self.taken.take(frame.number):
            return
        self.own.ack(frame.ack)
        busy = len(self.open) > self.host.limits.max_pending or (type(frame) is Call and self.host.is_overloaded(self))
        self.open[frame.number] = Open()
        if busy or not self.takes(frame):
            figures.BUSY.count += 1
            wait = CallError("Too many calls are waiting.", code="page.busy", retry_ms=1000)
            self.answer(frame.number, [], wait.refusal())

    def takes(self, frame: turns.Numbered) -> bool:
        """Whether it could be begun with, or put behind what is still to be done."""
        found = calls.known(self, frame) if type(frame) is Call else None
        if found is not None and type(frame) is Call:
            spec = found[1]
            if calls.needs_thread(spec):
                self.open[frame.number].comes = True
                self.host.quotas.coming += 1
            if not spec.options.beside and self.begins(frame, found):
                return True
        return self.mailbox.put(partial(turns.answer, self, frame))

    def begins(self, frame: Call, found: calls.Found) -> bool:
        """Whether it is the turn of a call at once. One that does not need a thread may be done before it waits."""
        prompt = found[1].kind == "async"
        if self.keeping is None or self.may_repeat(frame, found):
            return prompt and self.mailbox.begin(partial(turns.carry_out, self, frame, found))
        if not self.mailbox.book():
            return False
        self.announce(frame)
        self.keeping.when_stored(partial(copy_context().run, partial(self.go_ahead, frame, prompt=prompt)))
        return True

    def go_ahead(self, frame: Call, *, prompt: bool, seen: bool = False) -> None:
        """The vault knows that a call begins, so it does; unless the page turned out to be somebody else's.

        If the vault is away it does when the tab has seen that it is.
        """
        assert self.keeping is not None
        if self.keeping.keeper.away and not seen and self.keeping.is_doubtful:
            again = partial(self.go_ahead, frame, prompt=prompt, seen=True)
            self.keeping.when_seen(partial(copy_context().run, again))
            return
        found = calls.known(self, frame)  # it may be gone: by now a parallel action has done what it liked
        job = partial(turns.carry_out, self, frame, found)
        self.mailbox.redeem(None if self.keeping.away or self.ended else job, at_once=prompt)

    # What comes from elsewhere ------------------------------------------------------------------------------

    def obeys(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Whether an event is for the page session itself. Then it is done."""
        order = ORDERS.get(event)
        if order is None:
            return False
        order(self, payload)
        return True

    def moved(self, fence: int) -> None:
        """Another process has taken the page; or this one has, which then hears of it too."""
        if self.keeping is not None and fence > self.keeping.fence:
            self.keeping.contest()

    def stepped(self, payload: Mapping[str, Any]) -> None:
        """A shared component has a newer version, of which the page was told by the stream.

        One that applies no patches is sent it whole; so is one for which an older version is on its way.
        """
        tree = self.tree
        if tree.programs and not tree.shown:
            return
        for node in tree.nodes.values():
            wanted = node.id in tree.shown or not tree.programs
            if wanted and isinstance(node.component, Showing) and node.component.is_behind(payload):
                self.mailbox.put(partial(turns.bring_up, self, node.id))

    def session_ended(self, payload: Mapping[str, Any]) -> None:
        """Somebody has signed out; if it was in this page's browser, the page is ended."""
        if payload.get("session") == self.tree.surroundings.session:
            self.revoke()

    def recheck(self, _: Mapping[str, Any] | None = None) -> None:
        """Look at the user again, soon: signed in still, and with which permissions?"""
        self.checked = self.host.now()
        if not self.ended and self.tree.surroundings.user_now is not None:
            self.mailbox.put(partial(turns.recheck, self))

    def revoke(self) -> None:
        """The page is no longer its user's."""
        security.info("Page %s is ended: its user has signed out or may not sign in any more.", self.page_id)
        self.hang_up("user.changed", "You are no longer signed in as this page was.")
        self.end()

    # What a page is spared that does not read ---------------------------------------------------------------

    def reading_changed(self) -> None:
        """The page does not read what it is sent, or does so again. Meanwhile nothing is rendered for it.

        What then has changed is sent in one piece, as it is by then; news that were left out come from the log.
        """
        self.tree.paused = self.outbox.paused
        if self.reads is not None and not self.outbox.paused:
            resolve(self.reads)
        if self.outbox.transport is None:
            self.following.shed_from.clear()  # when it comes back it says where it stands
        if not self.outbox.paused and not self.ended:
            self.mailbox.put(partial(turns.catch_up, self))

    async def has_room(self) -> None:
        """Wait until what the page was told is kept, and it has read that, or has gone."""
        if self.keeping is not None:
            await self.keeping.stored()
        if self.outbox.paused:
            if self.reads is None or self.reads.done():
                self.reads = asyncio.get_running_loop().create_future()
            await asyncio.shield(self.reads)

    # What the page is told --------------------------------------------------------------------------------

    def push(self, frame: Frame) -> None:
        self.outbox.push(encode(frame))

    def tell(self, data: bytes) -> None:
        """A frame of the page's own stream: sent, and kept until it is acknowledged."""
        self.own.keep(data)
        keeping = self.keeping
        if keeping is None or not keeping.going:
            self.outbox.push(data)
            return
        self.outbox.push(data, hold=True)
        if self.following.in_hand and asyncio.current_task() is self.mailbox.task:
            keeping.halfway = True  # others, who refuse a call, say, have nothing to wait for
        keeping.keeper.want(keeping)

    def show_sign(self) -> None:
        """Tell the page something, for no other purpose than that it acknowledges it."""
        self.tell(encode(Apply(OWN, self.own.next, [])))
        self.outbox.push(QUESTION)

    def apply(self, items: Sequence[Item], call: int | None = None) -> None:
        """Results without an answer: streamed ones, and those of server-side events."""
        if call is not None and call < 0:
            call = None  # which the page has not made
        if call in self.open:
            self.count(call)
        for part in filter(None, parted(items)):
            try:
                frame = encode(Apply(OWN, self.own.next, items_to_wire(part), call))
                if len(frame) > self.host.limits.max_answer:
                    raise oversize(self, frame, part)
            except LiveActionsError:
                self.apply(rescued(self, part), call)
                raise
            self.tree.shown.clear()
            self.tell(frame)
            note(self.tree, part, call)

    def answer(self, number: int, items: Sequence[Item], refusal: Refusal | None = None) -> None:
        if number < 0:
            self.conclude(number, items, refusal)
            return
        if len(items) > 1:
            *parts, items = parted(items)
            for part in parts:
                self.apply(part, number)
        wire = items_to_wire(items)
        told = None if refusal is None else refusal_to_wire(refusal)
        frame = answer_frame(self.own.offset + 1, number, wire, told)
        if len(frame) > self.host.limits.max_answer:
            raise oversize(self, frame, items)
        self.close(number)
        self.claimed.pop(number, None)
        if number > self.begun:
            self.count(number)
        self.tree.shown.clear()
        self.tell(frame)
        note(self.tree, items, number)

    def begin_unasked(self, number: int) -> None:
        """Something is done that the page has not called, and kept as a call is: ``number`` is below zero."""
        self.open[number] = opened = Open()
        opened.begun = True

    def conclude(self, number: int, items: Sequence[Item], refusal: Refusal | None) -> None:
        """It is done. Nobody waits for an answer: what it came to is told, and what it was refused for."""
        self.close(number)
        self.claimed.pop(number, None)
        untold = refusal is not None and not any(isinstance(result, Error) for _, result in items)
        self.apply([*items, *([(None, Error(refusal.message))] if untold and refusal is not None else [])])

    def close(self, number: int) -> None:
        if (opened := self.open.pop(number, None)) is not None:
            self.has_come(opened)
        if self.leaving is not None and not self.open:
            self.leaving.set()

    def has_come(self, opened: Open) -> None:
        """A call has come to its thread, or will not any more."""
        if opened.comes:
            opened.comes = False
            self.host.quotas.coming -= 1

    def count(self, number: int) -> None:
        """A call has begun, or a numbered frame was answered."""
        if number == self.begun + 1:
            self.begun = number
        elif number > self.begun:
            self.ahead.add(number)
        while self.ahead and self.begun + 1 in self.ahead:
            self.begun += 1
            self.ahead.discard(self.begun)

    def may_repeat(self, frame: Call, found: calls.Found | None) -> bool:
        """Whether another process may run a call as if it had never begun, as long as nothing was told of it."""
        return found is not None and calls.is_repeatable(*found) and foreseen(self, frame) is None

    async def begin(self, frame: Call) -> bool:
        """A call of a page that is kept is about to run; False if it must not: another process holds the page."""
        assert self.keeping is not None
        self.announce(frame)
        return await self.keeping.begun()

    def announce(self, frame: Call) -> None:
        """What is kept from now on says that a call has begun."""
        self.count(frame.number)
        opened = self.open[frame.number]
        opened.begun = True
        opened.step = opened.step or foreseen(self, frame)

    def ping(self) -> None:
        """Ask whether it is there, and say how far it was sent every stream; of topics only if they have gone on."""
        places = self.following.sent()
        before, self.pinged = self.pinged, sum([place.offset for place in places.values()])
        gone_on = self.pinged != before
        positions = {stream: place.offset for stream, place in places.items() if place.offset} if gone_on else None
        self.push(Ping(self.own.offset, positions or None))

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Within it the running task, which is not the page's, is busy with it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            yield
        finally:
            self.tasks.discard(task)

    def keep_task(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task that nobody awaits (the loop alone would not)."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def hand_on(self, task: asyncio.Task[Any]) -> None:
        """If ``task`` has the page's turn, it waits from now on, and others have theirs meanwhile."""
        if self.mailbox.task is task:
            self.keep_task(task)
            self.following.has_heard()  # a listener that asks has, however long its user thinks
            self.mailbox.hand_on()

    # What is kept for other processes ----------------------------------------------------------------------

    def keep(self, keeper: Keeper, fence: int = 1, *, new: bool = True) -> None:
        """Keep the page from now on."""
        self.keeping = Keeping(self, keeper, fence, new=new)
        self.keeping.identify()

    async def remember(self) -> None:
        """See that what has changed in components is kept with what is told next. Those in which something runs wait.

        Raises ``LocalError`` for a state that cannot be kept, where that is an error.
        """
        keeping = self.keeping
        if keeping is None or not keeping.going:
            return
        parts: dict[int, bytes] = {}
        for node in [node for node in self.tree.nodes.values() if not node.stored and node.watch is None]:
            node.stored = True
            try:
                parts[node.id] = await here_or_thread(self, partial(part_of, self, node), node.declared)
            except Exception as error:
                node.stored = False
                if not isinstance(error, LocalError):
                    raise
                keeping.give_up(error)
                return
        keeping.keep(parts)

    def renew(self) -> None:
        """While it is open, it is kept."""
        if self.keeping is not None:
            self.keeping.renew(self.host.now())

    def keep_everything(self) -> None:
        """What was kept is gone: keep all of it once more."""
        for node in self.tree.nodes.values():
            node.stored = False
        self.mailbox.put(partial(turns.keep, self))

    def node(self, component: int) -> Node:
        """The component of that id. Raises ``CallError`` ``component.unmounted``."""
        node = self.tree.nodes.get(component)
        if node is None:
            raise CallError(
                f"There is no component {component} on this page.", code="component.unmounted", hint="Mount it first."
            )
        return node


SESSION_ENDED = "@session.ended"
USER_CHANGED = "@user.changed"
STEPPED = "@shared"
"""A shared component has a new version."""

ORDERS: dict[str, Callable[[Page, Mapping[str, Any]], None]] = {
    SESSION_ENDED: Page.session_ended,
    USER_CHANGED: Page.recheck,
    STEPPED: Page.stepped,
    background.NEWS: background.heard,
    background.LATER: background.deferred,
    relays.GIVEN: relays.given,
    relays.TAKEN: relays.taken,
}
"""Events that are for the page session itself; an application's own never begin with ``@``."""

HANDLERS: dict[type[Frame], Callable[[Page, Any], None]] = {
    Pong: Page.heard,
    Leave: Page.leave,
    Cancel: Page.cancel,
    Mount: Page.numbered,
    Call: Page.numbered,
    Set: Page.numbered,
    Resync: Page.numbered,
    Unmount: Page.numbered,
}
