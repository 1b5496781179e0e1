"""What a page session needs of the world. The floor above fulfils these; this floor only names them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from liveactions.components import ActionSpec, Present, Showing
    from liveactions.errors import BusUnavailable
    from liveactions.results import Error, Result
    from liveactions.runtime.node import Drawing, Node
    from liveactions.runtime.page import Page
    from liveactions.runtime.surroundings import Surroundings
    from liveactions.wire.frames import Call

__all__ = [
    "AlreadyDone",
    "Attendance",
    "Canvas",
    "Followed",
    "Follower",
    "Gallery",
    "Gone",
    "Hold",
    "Hub",
    "JobState",
    "Jobs",
    "Kept",
    "Lease",
    "Ledger",
    "Offer",
    "Outcome",
    "Outdated",
    "Place",
    "Promise",
    "Renderer",
    "Runner",
    "Seals",
    "Sharing",
    "States",
    "Step",
    "Taken",
    "Taking",
    "Translator",
    "Transport",
    "Vault",
    "Withheld",
    "Writing",
]

T = TypeVar("T")


class Place(NamedTuple):
    """A place in a stream, valid for ever: ``epoch`` changes when the history before it was lost."""

    epoch: str
    offset: int


class Followed(NamedTuple):
    """Where a page now stands in a stream; ``recovered`` is False when what it asked for was gone."""

    place: Place
    recovered: bool


class Follower(Protocol):
    """A page session, as the hub sees it. No method blocks."""

    page_id: str

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        """A ready frame of a topic, which brings the page to ``place``."""

    def hear(self, stream: str, event: str, payload: Mapping[str, Any], place: Place) -> None:
        """A server-side event of a topic, which brings the page to ``place``."""

    def lost(self, stream: str) -> None:
        """A stretch of the topic is gone for ever: render afresh."""


class Hub(Protocol):
    """The one subscriber of this process."""

    reachable: bool
    """Whether what other processes say is heard just now."""

    async def follow(
        self, stream: str, follower: Follower, since: int | Place | None = None, *, later: bool = False
    ) -> Followed:
        """Deliver ``stream`` to ``follower`` from now on, after replaying what is newer than ``since``.

        ``later``: if that cannot be had now, it stands at ``since``, and the rest comes as soon as it can.
        """

    async def unfollow(self, stream: str, follower: Follower) -> None: ...

    async def leave(self, follower: Follower) -> None:
        """Unfollow everything."""


class Attendance(Protocol):
    """Knows who is present in which topic, in this process and in all others. No method blocks."""

    def seat(self, page: Page) -> None:
        """The page's components may have other seats than before."""

    def leave(self, page: Page) -> None:
        """The page is gone."""

    def people(self, stream: str) -> list[Present]:
        """Who is present in a topic, by name."""


class Transport(Protocol):
    """One socket."""

    gone: bool
    """Whether it is known that nobody is at its other end any more."""

    def send(self, data: bytes) -> Coroutine[Any, Any, None] | None:
        """Write one frame. What is returned is to be awaited, for a server may make the writer wait; None if it is
        written."""

    async def close(self, code: int) -> None: ...


class Gone(Exception):
    """Who has said HELLO is gone, so nobody waits for a page session. Nothing was changed that is to be undone."""


class Runner(Protocol):
    """Runs synchronous code off the event loop."""

    async def run(self, function: Callable[[], T]) -> T:
        """The result of ``function``, run in a thread."""


class Canvas(Protocol):
    """What a renderer draws on: what it finds there, and how it places what stands inside."""

    page: str
    """The id of the page session."""
    programs: bool
    """Whether the page applies patches."""
    surroundings: Surroundings
    nodes: dict[int, Node]
    address_of: Callable[[Node], str]
    """Makes the address of a root, in an HTTP response."""

    def place(self, parent: Node, name: str, params: Mapping[str, Any], key: str) -> Node:
        """A nested component of a rendering, made if it is not there. ``key`` tells it from its siblings."""

    def unsent(self, node: Node) -> str | None:
        """The whole HTML of a nested component that the page lacks; None if the page has it."""


class Renderer(Protocol):
    """Turns a component into HTML. Synchronous: called in a thread, or on the loop through ``inline``."""

    def draw(self, tree: Canvas, node: Node) -> Drawing:
        """One component in whole; nested ones are placed in ``tree``."""

    def changes(self, tree: Canvas, node: Node, dirty: frozenset[str] | None) -> tuple[list[Any], Any] | None:
        """What differs from ``node.memo``, and the new memo. ``dirty``: the fields that have changed, None for any.

        Returns None if what the page has is of another program. Whatever is raised, nothing has happened to the node.
        """

    def dry(self, node: Node) -> Any:
        """The memo of a component as plain data."""

    def render_block(self, tree: Canvas, node: Node, block: str, context: Mapping[str, Any]) -> str:
        """One ``{% block %}`` of the component's template."""

    def settle(self, value: Any) -> Any:
        """``value``, or what it comes to if it is awaitable."""

    def inline(self, function: Callable[[], T], owner: object, undo: Callable[[], None] | None = None) -> T | None:
        """What ``function`` returns, run on the event loop; None if it needs a thread (it wanted the database).

        ``undo`` is called after a try that was given up.
        """

    def surround(self, surroundings: Surroundings) -> AbstractContextManager[None]:
        """The language and time zone in which the page is rendered and its actions run."""


class Translator(Protocol):
    """Knows the host's own exceptions and answers."""

    def error(self, exception: Exception) -> tuple[str, Error] | None:
        """(refusal code, what the user is told) of an exception with a meaning, else None."""

    def foreign(self, value: Any) -> Result | None:
        """What a returned value of the host's own kind means (an HTTP response), else None."""

    def traceback(self, exception: Exception) -> str | None:
        """What the page may be told in DEBUG, else None."""


class Seals(Protocol):
    """Makes texts that a browser may keep and give back, and cannot make itself."""

    def seal(self, purpose: str, data: list[Any]) -> str:
        """The signed text of plain ``data``, good for this ``purpose`` only."""

    def unseal(self, purpose: str, text: str) -> list[Any]:
        """The data in ``text``. Raises ``TokenError``: forged, expired, or made for another purpose."""

    async def referred(self, text: str) -> Result:
        """The result of a ``Reference``. Raises ``TokenError``."""


JobState = Literal["waiting", "running", "gone"]


class Jobs(Protocol):
    """Where actions go that run in the background. What becomes of one is told to its page, as the event ``@job``.

    The asynchronous methods raise ``BusUnavailable``.
    """

    async def start(self, job: Mapping[str, Any], host: Any) -> None:
        """Have a job (plain data with an ``id``) run, at most once: by a worker, or by this process, as ``host``.

        With a ``promise`` its receipt is committed with it, so that it may be started again.
        """

    async def remind(self, job_id: str, host: Any) -> None:
        """Say again that a job waits."""

    async def state(self, job_id: str) -> JobState:
        """Whether it waits, runs, or neither: done, or lost with its worker."""

    async def withdraw(self, job_id: str) -> bool:
        """Take a job back; False if somebody has begun it."""

    async def fetched(self, key: str) -> list[Any]:
        """The array of a result that was too large to be news. Raises ``CallError`` if it is no longer kept."""

    async def cancel(self, job_id: str) -> None:
        """Stop it if it can be stopped. Nobody waits for it any more."""


# Where page sessions are kept ------------------------------------------------------------------------------


class Writing(NamedTuple):
    """What is to be written of one kept page, by whoever holds it under ``fence``."""

    page: str
    fence: int
    serial: int
    """Goes up by one with each writing of a holder, the first of which is 1."""
    since: int
    """The last of its writings that was answered; what is new since then is written. 0: there was none."""
    told: int
    """The last frame of its own stream that the page is told."""
    ttl: float
    """Seconds from now for which the page is kept."""
    put: Mapping[str, bytes]
    drop: Sequence[str] = ()
    new: bool = False
    """Whether this is all there is of the page, which is to be kept from now on."""


class Outcome(Enum):
    """What became of a ``Writing``."""

    KEPT = 1
    """It is written; or was before, or a newer one of the same holder was: it may have been late, or said twice."""
    GONE = 0
    """Nothing is kept of this page (any more), or not all that was: nothing was written."""
    FENCED = -1
    """Somebody else has taken the page since, or it was left: nothing was written."""


class Lease(NamedTuple):
    """A kept page, and the fence under which its new holder may write."""

    fence: int
    told: int
    """The last frame that the page was told, as far as is kept."""
    fields: dict[str, bytes]


class Withheld(Enum):
    """Why a page is not handed over to whoever it belongs to."""

    BEHIND = "behind"
    """The tab has seen more than is kept: its holder, if there is one, has still to write it."""
    TAKEN = "taken"
    """Somebody else has taken it, and nothing was written since."""


class Taking(NamedTuple):
    """A page that its tab has come back to this process for. Of tokens there are digests only."""

    page: str
    bound: bytes
    """Whose page it must be."""
    token: bytes
    """What the tab has shown."""
    fresh: bytes
    """What is good from now on."""
    ack: int
    """The last frame that the tab has applied; 0 takes the page as it is."""
    ttl: float
    """Seconds for which the page is kept from now on."""
    since: int | None = None
    """The fence under which the token was given, if it was not kept: then nobody may have written since who has come to
    the page under a later one, which the field ``story`` tells."""


class Vault(Protocol):
    """Keeps page sessions, each for one holder at a time: fields by name, all under a fence that only grows.

    What is written under an older fence is refused, so who was taken for dead and is not cannot do any harm. What
    comes after a newer writing of the same holder is passed over: a network may deliver late what was given up long
    ago. Where the vault cannot be reached there is a ``BusUnavailable``. Each method is safe to repeat.
    """

    def write(self, writings: Sequence[Writing], then: Callable[[list[Outcome] | BusUnavailable], None]) -> None:
        """Write for many pages in one exchange; each is written as a whole or not at all.

        ``then`` is called once, with what became of each, or with the error: perhaps at once, else from the event loop.
        It must not raise.
        """

    async def take(self, takings: Sequence[Taking]) -> list[Lease | Withheld | None]:
        """Become the holder of each of these pages; every writer before is fenced out from now on.

        The field ``bound`` must be this one, and the token must be the field ``token`` or one of ``before``, which
        holds several, one behind the other; else there is None, and nothing happens. Nor does it where the tab has
        seen more than is kept, which is ``BEHIND``. Then the two are what ``rotated`` says.
        """

    async def take_back(self, page: str, fence: int, seen: int | None) -> int | Withheld | None:
        """Become the holder again, of a page that others have taken since ``fence``; the new fence.

        None, and nothing happens, if one of them has written, or the page is not kept. Nor does it, which is ``TAKEN``,
        if the tab has not ``seen`` more frames than are kept. Where it has, they took the page before that (else they
        would have been told ``BEHIND``), so it does not speak to them any more: they were given up, and what they asked
        has come late. ``seen`` is None for whoever has waited long enough to know the same.
        """

    async def leave(self, page: str, fence: int, ttl: float) -> bool:
        """Forget a page. For ``ttl`` seconds nobody can write it again; False if ``fence`` is not the present one."""


# Where shared components are kept ---------------------------------------------------------------------------


class Kept(NamedTuple):
    """A shared component as it is kept."""

    version: int
    """Goes up by one with every change."""
    place: Place
    """Where its stream stood when this was read: what is newer there is not in it."""
    data: bytes
    """Empty where only this version was known already."""


class Hold(NamedTuple):
    """A transaction that makes the next version of a shared component. Whether it is committed, its database knows."""

    database: str
    mark: bytes
    """What its step is known by, there and in the log."""


class Step(NamedTuple):
    """The next version of a shared component, made from version ``since``; 0: it was not kept."""

    key: str
    since: int
    version: int
    data: bytes
    body: bytes
    """The encoded items for all pages that show it."""
    payload: Mapping[str, Any]
    """What processes are told."""
    hold: Hold | None = None
    """The transaction that makes it, if it is to be taken only when that is committed."""


class Taken(NamedTuple):
    """What became of a ``Step``."""

    kept: Kept
    """How the component is kept now: by this step, or by somebody else who was faster."""
    entry: Any = None
    """For ``announce``, if the step was taken; None if it was not."""
    hold: Hold | None = None
    """If it was not: who makes the next version just now."""


class Outdated(Exception):
    """A step was refused: somebody else has made the next version, or makes it just now."""

    def __init__(self, kept: Kept, hold: Hold | None = None) -> None:
        self.kept = kept
        """The latest version."""
        self.hold = hold
        """Who makes the next one."""


class Offer:
    """The next version of a shared component, made in a transaction: it is taken when that is committed.

    ``make`` is called at the end of the transaction; it returns None if there is to be none.
    """

    def __init__(self, make: Callable[[], Step | None]) -> None:
        self.make = make
        self.step: Step | None = None
        """What was made."""
        self.taken: Taken | None = None
        """What has become of it; None as long as it is only known to be committed."""


class Gallery(Protocol):
    """Knows how shared components look. Synchronous, as ``Renderer``."""

    def show(self, showing: Showing, user: Any) -> tuple[Drawing, dict[str, str]]:
        """The latest version for a page of ``user``, and what its root element says; noted in ``showing``.

        Raises ``CallError`` for who may not see it.
        """

    def may_view(self, showing: Showing, user: Any) -> bool:
        """Whether ``user`` may see it now."""


class Sharing(Protocol):
    """Runs what is done to shared components."""

    def seat(self, page: Page) -> None:
        """The page may show others than before. Does not block."""

    def leave(self, page: Page) -> None:
        """The page is gone. Does not block."""

    def call(self, page: Page, node: Node, spec: ActionSpec, frame: Call) -> Any:
        """An action of a shared component, about to run: in the place of a ``Run``."""

    async def write(self, page: Page, node: Node, values: Mapping[str, Any], number: int) -> list[Any]:
        """Write bound fields of a shared component, for everybody: what the page is answered."""

    async def hide(self, page: Page) -> None:
        """Take shared components out of a page whose user may not see them any more."""

    async def settled(self) -> bool:
        """Wait until nothing is left to do. True if there was anything."""


class Census(Protocol):
    """How many pages each process has. Raises ``BusUnavailable`` when the others cannot be asked."""

    async def counted(self, pages: int) -> Collection[int]:
        """This process has so many pages; how many each has that is there to take some, this one among them."""

    async def leave(self) -> None:
        """Count on this process no more."""


class States(Protocol):
    """Keeps shared components: one state for each key, of which every version is made from the one before.

    A step is taken only if nobody has made one from the same version before, and is in the log of the component's
    stream by the same stroke. Every method raises ``BusUnavailable`` when it cannot be reached, and is safe to repeat.

    A step that a transaction makes is *held* before that is committed: until it is taken, or let go, nobody else's is.
    So whether it is taken is up to the transaction, and nothing can come between. However often it is brought, and by
    whomever, it is taken once.
    Those whose name ends with ``_now`` are for synchronous code, and raise Django's ``SynchronousOnlyOperation`` on an
    event loop that they would hold up.
    """

    async def load(self, key: str, known: int = 0) -> Kept | None:
        """The latest version; None if nothing is kept."""

    def load_now(self, key: str, known: int = 0) -> Kept | None: ...

    async def take(self, step: Step) -> Taken: ...

    def take_now(self, step: Step) -> Taken: ...

    def hold_now(self, step: Step) -> Taken | None:
        """Keep the next version for a step, which has a ``hold``; what stands in its way if that cannot be."""

    def let_go_now(self, key: str, hold: Hold) -> None:
        """The transaction was rolled back: the next version is anybody's again."""

    def announce(self, entry: Any) -> None:
        """Tell every process of a step that was taken. Never waits; safe in threads."""

    async def renew(self, keys: Sequence[str]) -> set[str]:
        """They are looked at still: keep them on. Returns those that are not kept."""

    def forget_now(self, keys: Sequence[str]) -> None:
        """Keep these no longer."""

    async def claim(self, name: str, seconds: float) -> bool:
        """Whether the caller is the first to say this name in so many seconds."""

    def cursor_now(self) -> int:
        """Now, in the history of all streams; 0 if that cannot be told."""


# What is written in a transaction -------------------------------------------------------------------------------


class Promise(NamedTuple):
    """An action of a call that is to be committed, by the holder of its page."""

    page: str
    number: int
    fence: int
    claimed: bool = False
    """Whether the ledger knows already that nobody but this holder may do it."""
    step: int = 0
    """How many atomic actions of the call were committed before the one that this is about."""
    late: float = 0.0
    """Seconds after which somebody who was thought lost may still try to commit it: its receipt is kept for longer."""


class AlreadyDone(Exception):
    """A call was committed before, or another holder has it in hand now; nothing was changed this time."""

    def __init__(self, answer: bytes | None) -> None:
        super().__init__("This call is somebody else's.")
        self.answer = answer
        """What its receipt says; None if it is not done yet."""


class Ledger(Protocol):
    """Runs work in database transactions that hold all of it: effects, what others are told, and the receipt.

    ``database`` is the name of one. Every method is synchronous and called in a thread.
    """

    def transact(
        self,
        database: str,
        work: Callable[[], T],
        promise: Promise | None = None,
        receipt: Callable[[T], bytes] | None = None,
        offer: Offer | None = None,
    ) -> T:
        """What ``work`` returns, once it is committed. With a promise the ``receipt`` of that is committed too.

        With an ``offer`` the next version of a shared component is committed too: taken then, by this process or, if it
        cannot be, by any other. What ``work`` raises takes everything back. Once it is committed nothing is raised.
        Raises ``AlreadyDone``; ``Outdated`` and ``BusUnavailable`` for an offer that is refused.
        """

    def claim(self, database: str, promise: Promise) -> bytes | None:
        """The receipt of a call; None if there is none, and from now on none but this holder can write it.

        Raises ``CallError`` if neither is to be known now.
        """

    def decide(self, key: str, hold: Hold) -> None:
        """See what has become of the transaction that holds a shared component: its step is taken, or let go.

        Raises ``BusUnavailable`` if that is not to be known now.
        """
