"""What a change may cost, counted: bytes on the way, values evaluated, renderings, queries. No clock is asked."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from types import FrameType
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db.backends.utils import CursorWrapper
from django.template import Engine, Library

from liveactions import Component, action, field
from liveactions.results import Patch
from liveactions.threads import runner
from liveactions.wire import decode
from liveactions.wire.frames import SERVER_FRAMES, Answer, Call
from tests.wires import Connect, Wire, items, session_of

pytestmark = pytest.mark.django_db(transaction=True)

# What is shown -----------------------------------------------------------------------------------------------

shown: list[Any] = []
"""Every value that a template has asked the filter ``counted`` for."""


def counted(value: Any) -> Any:
    shown.append(value)
    return value


counted.live_pure = True


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates know the filter ``counted``, and nothing was counted yet."""
    library = Library()
    library.filter("counted", counted)
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "template_builtins", [*engine.template_builtins, library])
    shown.clear()


CELLS = ("id", "username", "email|counted", "date_joined|date:'j M Y'", "is_active|yesno:'yes,no'")
ROW = "<tr>" + "".join(f"<td>{{{{ person.{cell} }}}}</td>" for cell in CELLS) + "</tr>"
FIELDS = [f"v{number}" for number in range(75)]


class People(Component):
    """A table of five columns; its rows are instances of a model."""

    name = "budgets.people"
    template = f"<table><tbody>{{% for person in people %}}{ROW}{{% endfor %}}</tbody></table>"
    people: list[User] = field(default_factory=list)

    def mount(self) -> None:
        self.people = list(User.objects.filter(username__startswith="person").order_by("pk"))

    @action
    def edit(self, row: int, email: str) -> None:
        self.people[row].email = email

    @action
    def insert(self) -> None:
        self.people.insert(0, User.objects.create(username="somebody new", email="new@example.com"))

    @action
    def swap(self) -> None:
        people = self.people
        people[1], people[-2] = people[-2], people[1]

    @action
    def remove(self) -> None:
        del self.people[len(self.people) // 2]

    @action
    def reverse(self) -> None:
        self.people.reverse()


class Counter(Component):
    """A number, beside which there may be anything."""

    name = "budgets.counter"
    template = "<p>{{ count|counted }}</p>"
    count: int = 0

    @action
    def increment(self) -> None:
        self.count += 1


class Board(People):
    """The table with a number above it."""

    name = "budgets.board"
    template = f"<section>{Counter.template}{People.template}</section>"
    count: int = 0

    @action
    def increment(self) -> None:
        self.count += 1


class Many(Component):
    """75 values that have nothing to do with one another."""

    name = "budgets.many"
    template = "<dl>" + "".join(f"<dd>{{{{ {name}|counted }}}}</dd>" for name in FIELDS) + "</dl>"
    __annotations__ = dict.fromkeys(FIELDS, int)

    def mount(self) -> None:
        for number, name in enumerate(FIELDS):
            setattr(self, name, number)

    @action
    def change(self, name: str, value: int) -> None:
        setattr(self, name, value)


class Quick(Component):
    """A number, and an action that waits for nothing."""

    name = "budgets.quick"
    template = "<p>{{ count }}</p>"
    count: int = 0

    @action
    async def increment(self, by: int = 1) -> None:
        self.count += by


def add_people(count: int) -> None:
    people = [User(username=f"person {n}", email=f"person.{n}@example.com") for n in range(count)]
    User.objects.bulk_create(people)


# Who looks on ------------------------------------------------------------------------------------------------


class Scales(Wire):
    """A page that applies patches, and weighs every frame that it is sent."""

    def __init__(self, cookies: dict[str, str], user: Any) -> None:
        super().__init__(cookies, user)
        self.weighed: list[tuple[str, int]] = []

    async def take(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            data = message["bytes"]
            self.weighed.append((type(decode(data, SERVER_FRAMES, 2**24)).__name__, len(data)))
        await super().take(message)

    async def changes(self, action: str, **args: Any) -> tuple[list[Any], int]:
        """What the one patch that answers a call says, and how many bytes the frame has."""
        answer = await self.call(1, action, args)
        assert answer.refusal is None, answer
        [(scope, patch)] = items(answer)
        assert scope == 1 and isinstance(patch, Patch)
        return patch.changes, self.weighed[-1][1]


Join = Callable[..., Awaitable[Scales]]


@pytest.fixture
async def join(connect: Connect) -> AsyncIterator[Join]:
    """``await join("budgets.people")``: a page of somebody with this component, which has been taken up."""
    opened: list[Scales] = []

    async def opened_at(component: str, user: Any = None) -> Scales:
        cookies = {} if user is None else {"sessionid": await runner().run(lambda: session_of(user))}
        scales = Scales(cookies, AnonymousUser() if user is None else user)
        opened.append(scales)
        html = await scales.embed(component)
        await scales.open(programs=True)
        answer = await scales.mount(html)
        assert answer.refusal is None, answer
        return scales

    yield opened_at
    for scales in opened:
        await scales.drop()


# What it costs -----------------------------------------------------------------------------------------------

EMAIL = "ada@example.com"


@pytest.mark.parametrize("rows", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_a_cell_is_told_in_forty_bytes_however_many_rows_there_are(join: Join, rows: int) -> None:
    await runner().run(lambda: add_people(rows))
    page = await join("budgets.people")
    await page.changes("edit", row=7, email="before")
    changes, size = await page.changes("edit", row=500, email=EMAIL)
    assert changes == [0, [None, 500, [2, EMAIL]]]
    assert size <= 40


async def test_of_a_table_only_the_cell_that_has_changed_is_evaluated(join: Join) -> None:
    await runner().run(lambda: add_people(1000))
    page = await join("budgets.people")
    await page.changes("edit", row=7, email="before")  # the first one after joining looks at everything
    shown.clear()
    await page.changes("edit", row=500, email=EMAIL)
    assert shown == [EMAIL]


async def test_of_many_values_only_the_one_that_has_changed_is_evaluated(join: Join) -> None:
    page = await join("budgets.many")
    await page.changes("change", name="v7", value=7000)  # the first one after joining looks at everything
    shown.clear()
    changes, size = await page.changes("change", name="v37", value=1234)
    assert changes == [37, "1234"] and size <= 40
    assert shown == [1234]


async def test_a_number_above_a_thousand_rows_is_told_in_as_many_bytes_as_alone(join: Join) -> None:
    await runner().run(lambda: add_people(1000))
    alone, above = await join("budgets.counter"), await join("budgets.board")
    for page in (alone, above):
        await page.changes("increment")
    shown.clear()
    assert await above.changes("increment") == await alone.changes("increment") == ([0, "2"], 13)
    assert shown == [2, 2]


ORDERS = {
    "insert": (1, 100),
    "swap": (2, 8),
    "remove": (1, 8),
    "reverse": (1000, 4),
}
"""How many rows come, go or move, and how many bytes each of them may add to the forty of any change."""


@pytest.mark.parametrize("action", ORDERS)
async def test_rows_that_come_go_and_move_are_told_in_bytes_that_go_with_their_number(join: Join, action: str) -> None:
    rows, each = ORDERS[action]
    await runner().run(lambda: add_people(1000))
    page = await join("budgets.people")
    await page.changes("edit", row=7, email="before")  # the first one after joining looks at everything
    shown.clear()
    _, size = await page.changes(action)
    assert size <= 40 + rows * each
    assert len(shown) == (action == "insert"), "rows that were there before are not evaluated"


async def test_an_action_that_waits_for_nothing_is_answered_when_its_frame_is_taken_in_few_steps(join: Join) -> None:
    page = await join("budgets.quick")
    for _ in range(3):
        await page.changes("increment", by=1)
    session, steps, sent = page.page, list[str](), Sent()
    session.attach(sent)

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("liveactions."):
            steps.append(frame.f_code.co_name)

    sys.setprofile(count)
    try:
        session.receive(Call(page.number + 1, page.ack, 1, "increment", {"by": 2}))
    finally:
        sys.setprofile(None)
    [answer] = sent.frames
    assert items(answer) == [(1, Patch([0, "5"]))]
    assert len(steps) <= STEPS, " ".join(steps)


STEPS = 100
"""Functions of the package that run for one call from its frame to the answer's. (Before Python 3.12 a comprehension is
one too.)"""


class Sent:
    """A socket that only remembers what it is given."""

    def __init__(self) -> None:
        self.frames: list[Answer] = []

    async def send(self, data: bytes) -> None:
        sys.setprofile(None)  # what is done from here on is not the page's doing
        frame = decode(data, SERVER_FRAMES)
        assert isinstance(frame, Answer)
        self.frames.append(frame)

    async def close(self, code: int) -> None: ...


# What joining costs ------------------------------------------------------------------------------------------


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that any thread runs from now on."""
    seen: list[str] = []
    execute = CursorWrapper.execute

    def noted(cursor: CursorWrapper, sql: str, params: Any = None) -> Any:
        seen.append(sql)
        return execute(cursor, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", noted)
    return seen


async def test_joining_is_answered_in_two_hundred_bytes(join: Join) -> None:
    user = await User.objects.acreate(username="ana")
    page = await join("budgets.many", user)
    assert [name for name, _ in page.weighed] == ["Welcome", "Streams", "Answer"]
    assert sum(size for _, size in page.weighed) <= 200, page.weighed


async def test_joining_evaluates_nothing_and_asks_only_for_the_session_and_its_user(
    join: Join, queries: list[str]
) -> None:
    user = await User.objects.acreate(username="ana")
    page = Scales({"sessionid": await runner().run(lambda: session_of(user))}, user)
    html = await page.embed("budgets.many")
    shown.clear()
    queries.clear()
    await page.open(programs=True)
    await page.mount(html)
    asked = [sql.split(" FROM ")[1].split()[0] for sql in queries]
    assert asked == ['"django_session"', '"auth_user"']
    assert shown == []
    await page.drop()
