"""A process dies, fails, freezes or is cut off at each moment of a call; its page goes on in another process.

Whatever happens, the effect is there once, everybody is told of it once, and the page has an answer that is true.
"""

from __future__ import annotations

import secrets
from contextlib import suppress

import pytest

from liveactions.runtime.moments import MOMENTS
from tests.crashes.conftest import Shop, wait_until
from tests.crashes.visitor import Visitor
from tests.stranger import Answer

pytestmark = pytest.mark.redis

KINDS = ["kill", "exception", "freeze", "reset"]

TIMES = {"before_state_save": 2, "after_state_save": 2}
"""A state is saved before a call is run, and again with its answer."""

IN_A_TRANSACTION = {"before_commit", "after_commit", "before_publish", "after_publish"}


def crashed(shop: Shop, page: Visitor, kind: str, number: int) -> Answer:
    """What a page is answered whose process crashes while it does a call."""
    answer: Answer | None
    if kind in ("kill", "exception"):
        answer = page.outcome(number)
        if answer is None:
            page.come_back(shop.two.url)
            answer = page.outcome(number)
    else:
        shop.wait_for("reached")
        if kind == "reset":
            page.cut()
            shop.go()
        page.come_back(shop.two.url)
        answer = page.outcome(number)
        shop.go()
        shop.wait_for("passed")
    assert answer is not None, "the second process has closed the socket"
    return answer


def arm(shop: Shop, moment: str, kind: str, times: int = 0) -> None:
    with suppress(ConnectionError):  # it may come to the moment before it has answered
        shop.get(f"arm/{moment}/{kind}/{times or TIMES.get(moment, 1)}", shop.one)
    shop.spoilt = kind == "exception" and moment in TIMES  # for two seconds it would keep nothing


def paid(shop: Shop, page: Visitor, answer: Answer, name: str, *, moment: str, kind: str) -> int:
    """How often it was paid in the books, which is what the page was told."""
    if answer.refusal is not None and kind != "exception":
        assert (answer.refusal[0], moment) == ("call.lost", "before_commit"), "it froze in the commit"
        wait_until(lambda: name in shop.books()["paid"], "the commit to end")
    done: int = shop.books()["paid"].count(name)
    if answer.refusal is None:
        assert f"thanks for {name}" in page.heard
    elif kind == "exception":
        assert (answer.refusal[0], done) == ("action.failed", 0), "what has failed has not happened"
        return done
    assert done == 1
    return done


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_atomic_action_is_done_and_told_once_wherever_its_process_crashes(shop: Shop, moment: str, kind: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, kind)
    answer = crashed(shop, page, kind, page.post(1, "pay", {"name": name}))
    done = paid(shop, page, answer, name, moment=moment, kind=kind)
    assert page.outcome(page.post(1, "pay", {"name": f"{name} and more"})) is not None
    taken = 1 if answer.refusal is None else 0
    assert page.shown.endswith(f">{taken + 1}</p>"), "the state went on from what was answered"
    shop.wait_until_all_is_told()
    shop.get(f"say/end-{name}")
    assert watcher.hear_until(f"end-{name}").count(f"paid {name}") == done


@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_publish", "after_publish"])
def test_who_looks_at_records_is_told_once_of_those_that_a_killed_process_has_changed(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    auditor, page = shop.page("auditor", shop.two), shop.page("till", shop.one)
    arm(shop, moment, "kill")
    assert crashed(shop, page, "kill", page.post(1, "pay", {"name": name})).refusal is None
    shop.wait_until_all_is_told()
    assert page.outcome(page.post(1, "pay", {"name": f"{name} and more"})) is not None
    heard = [text for text in auditor.hear_until(f"recorded {name} and more") if text.startswith("recorded")]
    assert heard == [f"recorded {name}"]


HANDED_OVER = {
    "after_state_save": 2,
    "before_commit": 1,
    "after_commit": 1,
    "before_publish": 1,
    "after_publish": 1,
    "before_reply": 1,
    "before_state_save": 3,
}
"""From when it is kept that a call has come to its second action, until that is answered."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", HANDED_OVER)
def test_an_atomic_action_that_another_one_has_handed_over_to_is_done_once_and_the_first_is_not_repeated(
    shop: Shop, moment: str, kind: str
):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, kind, HANDED_OVER[moment])
    answer = crashed(shop, page, kind, page.post(1, "post_and_pay", {"name": name}))
    assert shop.posted().count(name) == 1
    done = paid(shop, page, answer, name, moment=moment, kind=kind)
    shop.wait_until_all_is_told()
    shop.get(f"say/end-{name}")
    assert watcher.hear_until(f"end-{name}").count(f"paid {name}") == done


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_publish", "after_publish"])
def test_two_atomic_actions_of_one_call_are_done_once_each_whichever_its_process_dies_in(
    shop: Shop, moment: str, times: int
):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, "kill", times)
    answer = crashed(shop, page, "kill", page.post(1, "pay_twice", {"name": name}))
    assert (answer.refusal, page.heard[-1]) == (None, f"thanks for {name} again")
    assert [paid for paid in shop.books()["paid"] if name in paid] == [name, f"{name} again"]
    page.outcome(page.post(1, "pay", {"name": f"{name} and more"}))
    assert page.shown.endswith(">3</p>"), "the state went on from what was answered"
    shop.wait_until_all_is_told()
    shop.get(f"say/end-{name}")
    heard = [text for text in watcher.hear_until(f"end-{name}") if name in text]
    assert sorted(heard) == [f"paid {name}", f"paid {name} again", f"paid {name} and more"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", [moment for moment in MOMENTS if moment not in IN_A_TRANSACTION])
@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_any_other_action_is_done_at_most_once_and_its_page_is_told_so(shop: Shop, moment: str, kind: str):
    page = shop.page("till", shop.one)
    arm(shop, moment, kind)
    answer = crashed(shop, page, kind, page.post(1, "post", {"name": "letter"}))
    done = shop.posted().count("letter")
    if answer.refusal is None:
        assert done == 1
    elif kind == "exception":
        assert answer.refusal[0] == "action.failed"
    else:
        assert answer.refusal[0] == "call.lost"
    assert done <= 1


OUTSIDE = [moment for moment in MOMENTS if moment not in IN_A_TRANSACTION]


@pytest.mark.parametrize("action", ["ring", "ring_later"])
@pytest.mark.parametrize("kind", ["kill", "freeze", "reset"])
@pytest.mark.parametrize("moment", OUTSIDE)
@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_a_repeatable_action_has_happened_once_and_its_page_is_never_in_doubt(
    shop: Shop, moment: str, kind: str, action: str
):
    page = shop.page("till", shop.one)
    arm(shop, moment, kind, times=1)
    answer = crashed(shop, page, kind, page.post(1, action, {}))
    assert answer.refusal is None
    assert page.outcome(page.post(1, action, {})) is not None
    assert page.heard == ["rung 1", "rung 2"]
    assert page.shown.endswith(">2</p>")


@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_a_repeatable_action_is_not_repeated_when_the_page_was_told_of_its_beginning(shop: Shop):
    page = shop.page("till", shop.one)
    arm(shop, "after_state_save", "kill", times=1)
    answer = crashed(shop, page, "kill", page.post(1, "ring_twice", {}))
    assert answer.refusal is not None and answer.refusal[0] == "call.lost"
    assert page.heard == ["rung 1"]
