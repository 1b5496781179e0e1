"""A process dies, fails, freezes or is cut off while it runs an atomic action of a shared component.

Whatever happens, the effect is there once, all who look see it once, and the page has an answer that is true.
"""

from __future__ import annotations

import secrets

import pytest

from liveactions.runtime.moments import MOMENTS
from tests.crashes.conftest import Shop
from tests.crashes.test_moments import KINDS, arm, crashed, paid
from tests.crashes.visitor import Visitor

pytestmark = pytest.mark.redis


def seen(shop: Shop, watcher: Visitor, name: str) -> list[str]:
    """What those who look were told up to now of the payments with this name."""
    shop.wait_until_all_is_told()
    shop.get(f"say/end-{name}")
    return [text for text in watcher.hear_until(f"end-{name}") if text.startswith(f"paid {name}")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_it_did_is_done_shown_and_told_once_wherever_its_process_crashes(shop: Shop, moment: str, kind: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("box", shop.one)
    before = shop.shown("box").version
    arm(shop, moment, kind)
    answer = crashed(shop, page, kind, page.post(1, "pay", {"name": name}))
    done = paid(shop, page, answer, name, moment=moment, kind=kind)
    assert seen(shop, watcher, name) == [f"paid {name}"] * done
    now = shop.shown("box")
    assert (now.words.count(name), now.version - before) == (done, done)
    more = page.outcome(page.post(1, "pay", {"name": f"{name}-more"}))
    assert more is not None and more.refusal is None
    shop.wait_until_all_is_told()
    assert shop.shown("box").words[-1 - done :] == [name] * done + [f"{name}-more"], "it went on from there"


@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_publish", "after_publish"])
def test_an_asynchronous_one_is_no_different(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("box", shop.one)
    arm(shop, moment, "kill")
    assert crashed(shop, page, "kill", page.post(1, "pay_later", {"name": name})).refusal is None
    assert shop.books()["paid"].count(name) == 1
    assert seen(shop, watcher, name) == [f"paid {name}"]
    assert shop.shown("box").words.count(name) == 1


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_publish", "after_publish"])
def test_two_that_hand_over_to_one_another_are_done_once_each(shop: Shop, moment: str, times: int):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("box", shop.one)
    arm(shop, moment, "kill", times)
    answer = crashed(shop, page, "kill", page.post(1, "pay_twice", {"name": name}))
    assert (answer.refusal, page.heard[-1]) == (None, f"thanks for {name} again")
    assert [each for each in shop.books()["paid"] if name in each] == [name, f"{name} again"]
    assert sorted(seen(shop, watcher, name)) == [f"paid {name}", f"paid {name} again"]
    assert shop.shown("box").words[-3:] == [name, name, "again"]


@pytest.mark.parametrize("action", ["pay", "scribble"])
@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_publish"])
def test_another_page_that_changes_it_at_once_finds_out_what_has_become_of_it(shop: Shop, moment: str, action: str):
    name, other = secrets.token_hex(4), secrets.token_hex(4)
    one, two = shop.page("box", shop.one), shop.page("box", shop.two)
    arm(shop, moment, "kill")
    one.post(1, "pay", {"name": name})
    assert one.outcome(one.number) is None, "its process is dead"
    answer = two.outcome(two.post(1, action, {"name": other}))
    assert answer is not None and answer.refusal is None
    done = moment != "before_commit"
    assert shop.books()["paid"].count(name) == done
    shop.wait_until_all_is_told()
    assert shop.shown("box").words[-1 - done :] == [name] * done + [other], "what was committed first comes first"


@pytest.mark.parametrize("shop_of_a_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_while_a_commit_is_frozen_nobody_guesses_what_will_become_of_it(shop: Shop):
    name, other = secrets.token_hex(4), secrets.token_hex(4)
    one, two = shop.page("box", shop.one), shop.page("box", shop.two)
    arm(shop, "before_commit", "freeze")
    number = one.post(1, "pay", {"name": name})
    shop.wait_for("reached")
    answer = two.outcome(two.post(1, "scribble", {"name": other}))
    assert answer is not None and answer.refusal is not None
    assert (answer.refusal[0], other in shop.shown("box").words) == ("bus.unavailable", False)
    shop.go()
    committed = one.outcome(number)
    assert committed is not None and committed.refusal is None
    assert shop.shown("box").words[-1] == name
