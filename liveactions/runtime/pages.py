"""The page sessions of this process: found by their resume token, pinged, and ended when nobody comes back."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any

from liveactions.errors import BusUnavailable, LiveActionsError
from liveactions.metrics import figures
from liveactions.runtime.host import Host
from liveactions.runtime.keeper import SETTLING, Keeper
from liveactions.runtime.keeping import bound_of, lifetime
from liveactions.runtime.moving import Moving
from liveactions.runtime.page import Page
from liveactions.runtime.patience import Patience
from liveactions.runtime.ports import Gone, Lease, Taking, Transport, Withheld
from liveactions.runtime.reviving import revived
from liveactions.runtime.surroundings import Surroundings
from liveactions.runtime.together import Together
from liveactions.runtime.tokens import digest_of_token, fence_of, fresh_token, page_of, proof_of
from liveactions.wire.frames import Hello

__all__ = ["Pages"]

logger = logging.getLogger("liveactions")

UNHEARD = 5.0
"""Seconds for which a user is believed to be who they were, while nobody can say that they have signed out."""

PORTIONS = 8
"""Pings are spread over the heartbeat in this many portions, and after each it is seen who has not answered."""

ANSWER = 2 / 3
"""Heartbeats that a page has to answer a PING: with the one before it was sent, and one portion to notice, a page that
has died is known to have after 1.8 of them."""

FETCHED = 64
"""Pages that are fetched from the vault in one go, when many come at once."""

PATIENCE = 5.0
"""Seconds for which a page that cannot be had is asked to come again, before it is mounted afresh …"""

AGAIN = (250, 1000)
"""… and after how many milliseconds."""

LOOKS = 10
"""How often it is looked whether a page is kept as far as its tab has seen it, before it is asked to come again: until
all who are alive, and can, have written, if the vault was away."""


class Pages:
    """Every page session of the process. One task serves all their heartbeats."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.keeper = None if host.vault is None else Keeper(host.vault, host.now)
        self.by_id: dict[str, Page] = {}
        self.portions: list[set[Page]] = [set() for _ in range(PORTIONS)]
        """Every page in one of them, so that each has its turn once a heartbeat whoever comes and goes."""
        self.connections: set[asyncio.Task[Any]] = set()
        """One for each socket that is open."""
        self.joining = 0
        """Pages that have said HELLO and were not welcomed yet."""
        self.turn_at = 0.0
        """When the last one that was turned away is to come again."""
        self.users: Counter[Any] = Counter()
        """How many pages each user has here, by primary key."""
        self.draining = False
        """Whether this process is about to end: no page is let in any more."""
        self.unheard_at = float("-inf")
        """When other processes could not be heard, the last time."""
        self.task: asyncio.Task[None] | None = None
        self.fetching: Together[Taking, Lease | Withheld | None] = Together(self.take, most=FETCHED, pace=0.0)
        self.unfetched = Patience(PATIENCE, host.now)
        """With pages that could not be fetched from the vault, by the digests of their tokens …"""
        self.behind = Patience(PATIENCE, host.now)
        """… and with those of which less is kept than their tabs have seen."""
        self.vault_back_at = float("-inf")
        """When the vault was back, the last time that somebody came in vain."""
        self.moving = Moving(host.hub, host.tell, self.has_left)

    async def open(self, hello: Hello, transport: Transport, surroundings: Surroundings) -> Page:
        """The page session of a new connection: the one it resumes, wherever that was held, or a new one.

        Raises ``Gone`` if the page did not wait for it.
        """
        token = hello.resume[0] if hello.resume else None
        page = None
        if self.keeper is not None:
            await self.moving.listen()
        if isinstance(token, str):
            page = await self.resumed(token, hello, transport, surroundings)
            page = page or await self.fetched(token, hello, transport, surroundings)
        return page or await self.fresh(hello, transport, surroundings)

    async def fresh(self, hello: Hello, transport: Transport, surroundings: Surroundings) -> Page:
        if transport.gone:
            raise Gone
        page = Page(self.host, surroundings)
        if self.keeper is not None:
            page.keep(self.keeper)
        self.add(page)
        with page.attended():
            await page.welcome(transport, hello)
        return page

    async def resumed(self, token: str, hello: Hello, transport: Transport, surroundings: Surroundings) -> Page | None:
        """A session that is held here."""
        page = self.find(token, surroundings)
        if page is None:
            return None
        if page.is_outdated(hello.asked.ack):
            self.let_go(page)
            return None
        page.hang_up("page.elsewhere", "A newer socket speaks for this page.")
        with page.attended():
            if not await page.rotate(token, hello.asked.ack):
                return None
            if await page.resume(transport, hello):
                return page
        self.forget(page)
        return None

    async def fetched(self, token: str, hello: Hello, transport: Transport, surroundings: Surroundings) -> Page | None:
        """A session that another process has held, or that this one has forgotten. From now on it is held here."""
        if self.keeper is None:
            return None
        page_id = page_of(token)
        fresh = fresh_token(page_id)
        lease = await self.leased(token, fresh, hello, surroundings)
        if lease is None:
            return None
        if transport.gone:  # it may be back where it was, and go on there: that one takes it back if nobody has written
            raise Gone
        if (here := self.by_id.get(page_id)) is not None:
            self.let_go(here)
        found = await revived(self.host, surroundings, fresh, lease, self.keeper)
        if found is None:
            return None
        page = found.page
        self.add(page)
        self.moving.has_come(page_id, lease.fence)
        with page.attended():
            if await page.resume(transport, hello):
                await page.following.follow_topics()
                found.tell()
                return page
        self.forget(page)
        return None

    async def leased(self, token: str, fresh: str, hello: Hello, surroundings: Surroundings) -> Lease | None:
        """What is kept of a page, if it is good for this token. Raises ``server.busy`` while that cannot be known."""
        proof = proof_of(token)
        taking = Taking(
            page_of(token),
            bound_of(surroundings),
            proof,
            digest_of_token(fresh),
            hello.asked.ack,
            lifetime(self.host.limits),
            fence_of(token),
        )
        try:
            lease = await self.caught_up(taking)
            if lease is Withheld.BEHIND:
                self.ask_again(proof, self.behind)
                logger.warning("Page %s is taken as it is kept, though its tab has seen more.", taking.page)
                lease = await self.fetching.get(taking._replace(ack=0))
        except BusUnavailable as error:
            self.ask_again(proof, self.unfetched)
            logger.warning("A page is mounted afresh, because what was kept of it cannot be fetched. %s", error)
            lease = None
        self.unfetched.end(proof)
        self.behind.end(proof)
        return lease if isinstance(lease, Lease) else None

    def ask_again(self, proof: bytes, patience: Patience) -> None:
        """A page cannot be had here now. Perhaps it comes to another process next, even to the one that holds it.

        Raises ``server.busy``, unless it has come for too long already.
        """
        assert self.keeper is not None
        if self.vault_back_at != self.keeper.back_at:
            self.vault_back_at = self.keeper.back_at
            self.unfetched.begin_anew()  # it is away once more, not still
        if patience.lasts(proof):
            raise LiveActionsError("Try again.", code="server.busy", retry_ms=random.randint(*AGAIN))  # noqa: S311  # no secret

    async def caught_up(self, taking: Taking) -> Lease | Withheld | None:
        """What is kept of a page, once its holder has written what it could not while the vault was away.

        Here that may not have been noticed, but a tab that has seen more than is kept shows it.
        """
        assert self.keeper is not None
        if self.keeper.is_cut_off:
            raise BusUnavailable("The vault has not answered for a while.")
        if (unsettled := self.keeper.unsettled()) > 0:
            await asyncio.sleep(unsettled)
        for _ in range(LOOKS):
            lease = await self.fetching.get(taking)
            if lease is not Withheld.BEHIND:
                return lease
            await asyncio.sleep(SETTLING / LOOKS)
        return Withheld.BEHIND

    async def take(self, takings: Sequence[Taking]) -> Sequence[Lease | Withheld | None]:
        assert self.keeper is not None
        leases = await self.keeper.vault.take(takings)
        self.unfetched.begin_anew()
        return leases

    def has_left(self, page_id: str, fence: int) -> None:
        """Another process says that it holds a page now."""
        if (page := self.by_id.get(page_id)) is not None:
            page.moved(fence)

    def find(self, token: str, surroundings: Surroundings) -> Page | None:
        """The session here that a resume token names; it must be of the same user, browser session and origin."""
        page = self.by_id.get(page_of(token))
        if page is None or page.ended or not page.knows(token):
            return None
        return page if bound_of(page.tree.surroundings) == bound_of(surroundings) else None

    def surroundings_here(self, hello: Hello, session: str, origin: str) -> Surroundings | None:
        """Those of the session that a page resumes, if it is held here and was of the same browser session and origin.

        Its user is looked at as often as that of a page which has never been away, so nobody has to be asked now.
        """
        token = hello.resume[0] if hello.resume else None
        if not isinstance(token, str):
            return None
        page = self.by_id.get(page_of(token))
        if page is None or page.ended or not page.knows(token):
            return None
        around = page.tree.surroundings
        return around if (around.session, around.origin) == (session, origin) else None

    def add(self, page: Page) -> None:
        self.by_id[page.page_id] = page
        self.users[user_of(page)] += 1
        min(self.portions, key=len).add(page)
        self.keep_beating()

    def forget(self, page: Page) -> None:
        if self.by_id.get(page.page_id) is page:
            del self.by_id[page.page_id]
            self.users[user_of(page)] -= 1
            if not self.users[user_of(page)]:
                del self.users[user_of(page)]
        for portion in self.portions:
            portion.discard(page)
        page.end()

    def let_go(self, page: Page) -> None:
        """It has gone on elsewhere, and what there was of it here is of no use."""
        if page.keeping is not None:
            page.keeping.lose()
        page.give_away()
        self.forget(page)

    # Heartbeats ---------------------------------------------------------------------------------------------

    def keep_beating(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.beat())

    async def beat(self) -> None:
        """Ping every page once a heartbeat, a portion at a time; ends when there is no page."""
        loop, step = asyncio.get_running_loop(), self.host.limits.heartbeat / PORTIONS
        due = looked = loop.time()
        for portion in cycle(self.portions):
            if not self.by_id:
                return
            due = max(due + step, loop.time() - step)  # what takes long makes nobody's next heartbeat late
            await asyncio.sleep(due - loop.time())
            looked, since = loop.time(), looked
            if looked - due > step / 2:
                self.host.awake.overslept(looked - since)
            self.each(self.judge, [page for page in self.by_id.values() if page.outbox.waits])
            self.each(self.check, list(portion))

    def each(self, look: Callable[[Page], None], pages: Iterable[Page]) -> None:
        for page in pages:
            try:
                look(page)
            except Exception:  # the heartbeat of all pages must go on
                logger.exception("The heartbeat of page %s failed.", page.page_id)

    def judge(self, page: Page) -> None:
        """Drop the socket of a page that has been waited for too long: it is asked at least once a heartbeat."""
        outbox, patience = page.outbox, ANSWER * self.host.limits.heartbeat
        if not outbox.waits or self.host.awake() - outbox.waiting_since < patience:
            return
        if outbox.reads_nothing:
            self.too_slow(page)
        else:
            self.drop(page, "page.silent", "Nothing was heard of this page.")

    def too_slow(self, page: Page) -> None:
        figures.SLOW.count += 1
        self.drop(page, "page.slow", "This page takes too long to read what it is told.")

    def check(self, page: Page) -> None:
        """One page's heartbeat: ping it, drop its socket if it cannot go on, end it if it stays away."""
        limits = self.host.limits
        now = self.host.now()
        if now - page.checked >= self.recheck_after(page, now):
            page.recheck()
        if page.ended:
            self.forget(page)
        elif page.outbox.overflowed:
            self.too_slow(page)
        elif page.connected and now >= page.change_at and page.is_idle:
            self.drop(page, "socket.aged", "This socket is old; a new one takes its place.")
        elif page.connected:
            page.ping()
            page.renew()
        elif now - page.left_at > limits.resume_window:
            self.forget(page)

    def recheck_after(self, page: Page, now: float) -> float:
        """How long the user of a page is believed: not long, if it may have gone unheard that they have signed out."""
        if not self.host.hub.reachable:
            self.unheard_at = now
        usual = self.host.limits.recheck
        return usual if page.checked > self.unheard_at else min(usual, UNHEARD)

    def drop(self, page: Page, code: str, message: str) -> None:
        logger.info("The socket of page %s is closed: %s.", page.page_id, code)
        page.hang_up(code, message, retry_ms=0)


def user_of(page: Page) -> Any:
    return getattr(page.tree.surroundings.user, "pk", None)
