"""Watching: which fields an action touches, so that what it costs follows from these and not from the whole state.

A field is *touched* when it is read or assigned. Whoever has read a mutable value may change it later, and what it
shares with others, without asking again. So a touch of one mutable value counts for all of them; while the code that
did it may still run, it counts again at every step; and where references can have been kept for longer, the fields
with mutable values count as touched at every turn:

* the component has attributes that are not state (``self._cache``) and hold something mutable;
* ``share`` was told that somebody else holds its values too, such as a parent that gave them;
* it once had the user and something mutable in hand at a time: from then on whoever reads the user touches these too.

References kept elsewhere (in a global, by a task that outlives the action) cannot be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from liveactions.components.rollback import saved
from liveactions.components.tracking import SCALARS, freeze, is_fixed

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "Book",
    "Watch",
    "Watched",
    "begin",
    "book_of",
    "looking",
    "meet_user",
    "put",
    "reader_of",
    "settle",
    "share",
    "touched",
]

WATCHED: Final = "__liveactions_watched__"
"""Where a component class keeps what a watch must know of it."""
ABSENT: Final = object()
NOTHING: Final[frozenset[str]] = frozenset()
LOOKING: Final[ContextVar[bool]] = ContextVar("looking", default=False)
HOST: Final = frozenset({"id", "page", "request", "_scene", "_user", "_params"})
"""The attributes that the package gives to an instance; nothing of its state is kept there."""


@dataclass(frozen=True)
class Watched:
    """What a watch must know of a component class."""

    names: tuple[str, ...]
    signals: frozenset[str]
    hooked: bool
    """Whether it has an ``updated`` of its own, which is told exactly what has changed."""
    own: frozenset[str]
    """The fields, and what the host gives."""


class Book:
    """What is noted of one component."""

    __slots__ = (
        "acquainted",
        "asked",
        "handed",
        "held",
        "holding",
        "met",
        "reader",
        "shared",
        "touched",
        "watched",
        "watches",
    )

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.handed: set[str] = set()
        """The fields of which nothing needs to be noted when they are touched: it has been."""
        self.touched: set[str] = set(watched.names)
        """Since ``touched`` was asked; of a new component everything."""
        self.asked: frozenset[str] = NOTHING
        """What was answered then; it counts until it is settled."""
        self.watches: tuple[ref[Watch], ...] = ()
        self.holding = False
        """Whether code that may still run was given something mutable of the state."""
        self.held: set[str] = set()
        """The fields to which such code has given something mutable."""
        self.met = False
        """Whether code that may still run has had the user in hand."""
        self.acquainted = False
        """Whether the state may share something with the user."""
        self.shared = False
        self.reader: Callable[[], None] | None = None
        """What the requests of the component call when their user is read; made for the first."""

    # Order matters below: actions in other threads may touch and begin at the same time. What is handed out was noted
    # for every watch there is, and a watch that begins notes what was handed out before.

    def forget_those_over(self) -> None:
        if len(self.watches) == 1:  # as nearly always
            if (watch := self.watches[0]()) is None or watch.over:
                self.watches = ()
            return
        for each in self.watches:
            if (watch := each()) is None or watch.over:
                self.watches = without(self.watches, each)

    def hand_out(self, component: Any, name: str) -> None:
        """Before the value of a field is given to somebody."""
        if LOOKING.get():
            return
        value = component.__dict__.get(name, ABSENT)
        if type(value) in SCALARS:
            self.note_scalar(name, value)
        elif value is ABSENT or is_fixed(value):
            self.note((name,))
        else:
            self.hand_out_mutables(component)

    def hand_out_mutables(self, component: Any) -> None:
        self.holding = True
        self.acquainted = self.acquainted or self.met
        self.note(self.mutables(component))

    def take_in(self, component: Any, values: Mapping[str, Any]) -> None:
        """Give fields other values."""
        self.note(values)
        if mutable := [name for name, value in values.items() if not is_fixed(value)]:
            self.held.update(mutable)
            self.acquainted = self.acquainted or self.met
            self.handed.difference_update(mutable)
        vars(component).update(values)
        self.touched.update(values)  # again, for it may have been asked in between

    def note(self, names: Collection[str]) -> None:
        handed = self.handed
        self.touched.update(names)
        for each in self.watches:
            if (watch := each()) is not None:
                watch.note(names)
        handed.update(names)

    def note_scalar(self, name: str, value: Any) -> None:
        """``note`` for the one field that nearly every action touches."""
        self.touched.add(name)
        for each in self.watches:
            if (watch := each()) is not None and name not in watch.kept:
                watch.captured.setdefault(name, (type(value), value))
                watch.kept.setdefault(name, value)
        self.handed.add(name)

    def meet_user(self, component: Any) -> None:
        if LOOKING.get():
            return
        self.met = True
        self.acquainted = self.acquainted or self.holding or bool(self.held)
        if self.acquainted:
            self.hand_out_mutables(component)

    def mutables(self, component: Any) -> list[str]:
        have = vars(component)
        return [name for name in self.watched.names if name in have and not is_fixed(have[name])]

    def in_hand(self, component: Any) -> Collection[str]:
        """The fields that code which may still run can change without touching them again."""
        return self.mutables(component) if self.holding else tuple(self.held)

    def is_open(self, component: Any) -> bool:
        """Whether something mutable in the state may be reached without touching a field."""
        have, own = component.__dict__, self.watched.own
        return self.shared or (
            not own.issuperset(have) and any(not is_fixed(value) for name, value in have.items() if name not in own)
        )


class Watch:
    """A look at one component from ``begin`` to ``end``: of the fields that are touched, what they were before.

    Usable as a context manager, which ends it. One that nobody holds any more is over too.
    """

    __slots__ = ("__weakref__", "book", "captured", "component", "kept", "over")

    def __init__(self, component: Any, book: Book) -> None:
        self.component = component
        self.book = book
        self.over = False
        self.kept: dict[str, Any] = {}
        """Of all fields that were touched, the value if it is a scalar, or what makes it again; or ``ABSENT``."""
        self.captured: dict[str, Any] = {}

    def note(self, names: Iterable[str]) -> None:
        """Remember the fields as they are, unless that was done."""
        have, kept, captured = self.component.__dict__, self.kept, self.captured
        for name in names:
            if name in kept:
                continue
            # In two threads at a time the first counts, for then the value goes out.
            value = have.get(name, ABSENT)
            scalar = type(value) in SCALARS
            if scalar or self.wants(name, have):
                captured.setdefault(name, (type(value), value) if scalar else seen(name, have))
            kept.setdefault(name, value if scalar or value is ABSENT else saved(value))

    def wants(self, name: str, have: Mapping[str, Any]) -> bool:
        """Whether somebody will ask if this field has changed, or the answer costs nothing."""
        watched = self.book.watched
        return watched.hooked or name in watched.signals or name not in have or is_fixed(have[name])

    def changed(self, *, maybe: bool = False) -> frozenset[str]:
        """The fields whose value differs from what it was, changes in place included.

        A field that is no signal and holds something mutable is compared only for a component with an ``updated`` of
        its own; with ``maybe`` it is among the answer whenever it was touched.
        """
        have = vars(self.component)
        exact = frozenset(name for name, was in list(self.captured.items()) if seen(name, have) != was)
        return exact | (self.kept.keys() - self.captured.keys()) if maybe else exact

    def recover(self) -> None:
        """The state as it was, changes inside its values included; objects stay the ones they were."""
        have = vars(self.component)
        kept = dict(self.kept)
        self.book.touched.update(kept)  # what was drawn since is not what the page shows
        self.book.handed = set()
        for name, again in kept.items():
            if again is ABSENT:
                have.pop(name, None)
            else:
                have[name] = again if type(again) in SCALARS else again()
        if any(name in have and not is_fixed(have[name]) for name in kept):
            self.book.touched.update(self.book.mutables(self.component))  # they may share what went back

    def renew(self) -> None:
        """From now on the state as it is counts as what it was before, though the same code goes on."""
        self.kept, self.captured = {}, {}
        self.look()

    def look(self) -> None:
        book = self.book
        if book.handed:
            book.handed = set()
        if book.holding or book.held:
            self.note(book.in_hand(self.component))

    def end(self) -> None:
        """Nothing is remembered any more. May be called again."""
        self.over = True
        self.kept.clear()
        self.captured.clear()
        self.book.forget_those_over()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


Watches = tuple["ref[Watch]", ...]


def without(watches: Watches, one: ref[Watch]) -> Watches:
    return tuple([each for each in watches if each is not one])


def seen(name: str, have: Mapping[str, Any]) -> Any:
    return (type(have[name]), freeze(have[name])) if name in have else None


def book_of(component: Any) -> Book:
    try:
        book: Book = component._book  # noqa: SLF001  # the host's part of a component
    except AttributeError:
        book = component._book = Book(getattr(type(component), WATCHED))  # noqa: SLF001
    return book


def begin(component: Any) -> Watch:
    """Before something happens in a component. Costs next to nothing; a field is remembered when it is touched."""
    book = book_of(component)
    if book.watches:
        book.forget_those_over()
    if not book.watches:
        book.holding = book.met = False
        book.held.clear()
    watch = Watch(component, book)
    book.watches += (ref(watch),)
    if book.is_open(component):
        book.holding = True
    if book.handed or book.holding or book.held:
        watch.look()
    request = component.__dict__.get("request")
    if request is not None:
        request.notice(reader_of(component))
    return watch


def touched(component: object) -> frozenset[str]:
    """The fields that may have changed since the answer was last settled: all of them in a component that is new.

    Ask before the watch of what has happened ends. What is touched from now on counts for the next answer.
    """
    book = book_of(component)
    taken, book.touched, book.handed = book.touched, set(), set()
    if book.watches and (book.holding or book.held):
        book.forget_those_over()
        taken.update(book.in_hand(component) if book.watches else ())
    if (book.shared or not book.watches) and book.is_open(component):  # else ``begin`` has seen to it
        taken.update(book.mutables(component))
    book.asked = book.asked.union(taken) if book.asked else frozenset(taken)
    return book.asked


def settle(component: object) -> None:
    """What ``touched`` has answered is done with: the page has been told."""
    book_of(component).asked = NOTHING


def share(component: object) -> None:
    """Somebody else holds values of this component too: its mutable fields count as touched at every turn."""
    book_of(component).shared = True


def put(component: object, values: Mapping[str, Any]) -> None:
    """Assign several fields at once."""
    book_of(component).take_in(component, values)


def meet_user(component: object) -> None:
    """The component's own code is given the user."""
    book_of(component).meet_user(component)


def reader_of(component: object) -> Callable[[], None]:
    """What the requests of a component call when their user is read. It does not keep the component, which has them."""
    book = book_of(component)
    if book.reader is not None:
        return book.reader
    known = ref(component)

    def read() -> None:
        if (there := known()) is not None:
            meet_user(there)

    book.reader = read
    return read


class looking:  # noqa: N801  # a verb, as context managers are
    """Within it reading a field is no touch, as far as the calling thread or task goes: for code that only looks."""

    __slots__ = ("token",)

    def __enter__(self) -> None:
        self.token = LOOKING.set(True)

    def __exit__(self, *_: object) -> None:
        LOOKING.reset(self.token)
