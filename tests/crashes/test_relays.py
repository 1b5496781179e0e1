"""A process dies that has asked something, just as the answer comes: from another tab, on another process.

What follows from the answer is no call of the page that has asked. It is done once or not at all, and that page is told
which; who gave the answer hears that it was taken only if that is so.
"""

from __future__ import annotations

import secrets

import pytest

from liveactions.results import Confirm, Error, Result, Toast, from_wire
from tests.crashes.conftest import Shop, wait_until
from tests.crashes.visitor import Visitor
from tests.stranger import ANSWER

pytestmark = pytest.mark.redis

UNDONE, UNKNOWN = "Nothing has happened", "is not known"


def results(page: Visitor) -> list[Result]:
    """All that it was told so far."""
    places = [(frame, 4 if frame[0] == ANSWER else 3) for frame in page.frames]
    items = [item for frame, place in places if len(frame) > place for item in frame[place] or []]
    return [from_wire(word) for _, *word in items]


def texts(page: Visitor) -> list[str]:
    return [each.message for each in results(page) if isinstance(each, (Toast, Error))]


def asked(shop: Shop, action: str, name: str) -> tuple[Visitor, Visitor, str]:
    """The tab that has asked, another one of the same user, and the token of the question."""
    session = shop.get(f"sign-in/{name}").decode()
    asking, other = shop.page("till", shop.one, session), shop.page("till", shop.two, session)
    asking.outcome(asking.post(1, action, {"name": name}))
    (question,) = [each for each in results(asking) if isinstance(each, Confirm)]
    return asking, other, question.token


def answered(shop: Shop, asking: Visitor, other: Visitor, token: str) -> None:
    """It was answered on the other tab, which kills the process that has asked; the one that has goes on elsewhere."""
    number = other.post(1, "@answer", {"token": token, "choice": "yes"})
    assert asking.outcome(asking.number + 1) is None, "its process is dead"
    asking.come_back(shop.two.url)
    told = other.outcome(number)
    assert told is not None
    assert told.refusal is None or told.refusal[0] == "call.lost", "it may have died before it could say so"


def is_told(asking: Visitor, *wanted: str) -> None:
    """Wait until it is told one of these."""
    while not any(text in each for each in texts(asking) for text in wanted):
        asking.take(asking.receive())


@pytest.mark.parametrize("moment", ["after_commit", "before_publish", "after_publish"])
def test_what_was_committed_for_an_answer_is_told_where_it_was_asked(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    asking, other, token = asked(shop, "ask", name)
    shop.get(f"arm/{moment}/kill/1", shop.one)
    answered(shop, asking, other, token)
    is_told(asking, f"thanks for {name}")
    assert shop.books()["paid"].count(name) == 1
    shop.wait_until_all_is_told()
    asking.outcome(asking.post(1, "pay", {"name": f"{name} and more"}))
    assert asking.shown.endswith(">2</p>"), "the state went on from what was committed"
    assert texts(asking).count(f"thanks for {name}") == 1


@pytest.mark.parametrize(("moment", "times"), [("after_state_save", 2), ("before_commit", 1)])
def test_what_was_not_committed_for_an_answer_has_not_happened_and_the_page_is_told_so(
    shop: Shop, moment: str, times: int
):
    name = secrets.token_hex(4)
    asking, other, token = asked(shop, "ask", name)
    shop.get(f"arm/{moment}/kill/{times}", shop.one)
    answered(shop, asking, other, token)
    is_told(asking, UNDONE, *([UNKNOWN] if moment == "after_state_save" else []))
    assert name not in shop.books()["paid"]


@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_of_what_is_not_atomic_the_page_is_told_that_nobody_knows(shop: Shop):
    name = secrets.token_hex(4)
    asking, other, token = asked(shop, "ask_for_post", name)
    shop.get("arm/before_state_save/kill/2", shop.one)
    answered(shop, asking, other, token)
    is_told(asking, UNKNOWN)
    assert shop.posted().count(name) <= 1


@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_an_answer_that_was_not_kept_was_not_taken_and_who_gave_it_is_told_so(shop: Shop):
    name = secrets.token_hex(4)
    asking, other, token = asked(shop, "ask", name)
    shop.get("arm/before_state_save/kill/1", shop.one)
    told = other.outcome(other.post(1, "@answer", {"token": token, "choice": "yes"}))
    assert told is not None and told.refusal is not None and told.refusal[0] == "call.lost"
    assert asking.outcome(asking.number + 1) is None
    asking.come_back(shop.two.url)
    assert asking.outcome(asking.post(1, "pay", {"name": f"{name} and more"})) is not None
    assert texts(asking) == [f"thanks for {name} and more"]
    wait_until(lambda: shop.books()["left"] == 0, "all to be told")
    assert name not in shop.books()["paid"]


@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_what_follows_from_each_of_several_answers_is_done(shop: Shop):
    names = [secrets.token_hex(4) for _ in range(2)]
    asking, other, token = asked(shop, "ask", names[0])
    for name in names:
        if name != names[0]:
            asking.outcome(asking.post(1, "ask", {"name": name}))
            token = [each for each in results(asking) if isinstance(each, Confirm)][-1].token
        told = other.outcome(other.post(1, "@answer", {"token": token, "choice": "yes"}))
        assert told is not None and told.refusal is None
        is_told(asking, f"thanks for {name}")
    assert sorted(each for each in shop.books()["paid"] if each in names) == sorted(names)
