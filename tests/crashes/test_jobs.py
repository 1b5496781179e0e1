"""A worker dies, freezes or is ended while it does an atomic action; so does the process of the page that waits for it.

Whatever happens, the effect is there once, everybody is told of it once, and the page has an answer that is true.
"""

from __future__ import annotations

import secrets
import signal
import sys
from collections.abc import Iterator

import pytest

from tests.crashes.conftest import ARMED, Shop
from tests.crashes.visitor import Visitor
from tests.documents import ROOT
from tests.servers import Server
from tests.stranger import Answer

pytestmark = pytest.mark.redis

COMMAND = [sys.executable, "-u", "-m", "tests.crashes.till.worker"]

MOMENTS = ["after_claim", "before_commit", "after_commit", "before_publish", "after_publish", "before_reply"]
"""In the order in which a worker passes them."""


class Worker(Server):
    """It listens on no port; it says when it is ready."""

    def wait_until_it_answers(self, port: int = 0) -> None:
        self.wait_until_it_prints("Working, ")


@pytest.fixture
def workers(shop: Shop) -> Iterator[list[Worker]]:
    """Two of them. Which one is given a job is not known."""
    both = [Worker(COMMAND, env=shop.env, cwd=ROOT) for _ in range(2)]
    try:
        for each in both:
            each.start()
        yield both
    finally:
        for each in both:
            each.kill()
            each.log.unlink(missing_ok=True)


def arm(shop: Shop, moment: str, kind: str) -> None:
    """The first worker that comes there crashes."""
    (shop.folder / ARMED).write_text(f"{moment} {kind}")


def told(shop: Shop, watcher: Visitor, name: str) -> list[str]:
    shop.wait_until_all_is_told()
    shop.get(f"say/end-{name}")
    return sorted(text for text in watcher.hear_until(f"end-{name}") if text.startswith(f"paid {name}"))


def is_done_once(shop: Shop, page: Visitor, watcher: Visitor, answer: Answer | None, name: str) -> None:
    assert answer is not None and answer.refusal is None, answer
    assert f"thanks for {name}" in page.heard
    assert shop.books()["paid"].count(name) == 1
    assert told(shop, watcher, name) == [f"paid {name}"]
    assert page.outcome(page.post(1, "pay", {"name": f"{name} and more"})) is not None
    assert page.shown.endswith(">2</p>"), "the state went on from what was committed"


def are_both_done_once(shop: Shop, watcher: Visitor, answer: Answer | None, name: str) -> None:
    assert answer is not None and answer.refusal is None
    assert [each for each in shop.books()["paid"] if name in each] == [name, f"{name} again"]
    assert told(shop, watcher, name) == [f"paid {name}", f"paid {name} again"]


@pytest.mark.parametrize("kind", ["kill", "freeze"])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.usefixtures("workers")
def test_it_is_done_and_told_once_wherever_its_worker_crashes(shop: Shop, moment: str, kind: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, kind)
    answer = page.outcome(page.post(1, "pay_slowly", {"name": name}))
    is_done_once(shop, page, watcher, answer, name)
    assert f"paying {name}" in page.heard


@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_reply"])
@pytest.mark.usefixtures("workers")
def test_it_is_done_and_told_once_where_the_process_of_its_page_dies_meanwhile(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, "freeze")
    number = page.post(1, "pay_slowly", {"name": name})
    shop.wait_for("reached")
    shop.one.kill()
    assert page.outcome(number) is None
    page.come_back(shop.two.url)
    shop.go()
    is_done_once(shop, page, watcher, page.outcome(number), name)


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_it_is_done_and_told_once_where_its_worker_and_the_process_of_its_page_die_together(
    shop: Shop, workers: list[Worker], moment: str
):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, "freeze")
    number = page.post(1, "pay_slowly", {"name": name})
    shop.wait_for("reached")
    for each in (shop.one, *workers):
        each.kill()
    workers[0].start()
    assert page.outcome(number) is None
    page.come_back(shop.two.url)
    is_done_once(shop, page, watcher, page.outcome(number), name)


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_where_there_is_no_worker_the_next_process_of_the_page_does_it(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    shop.get(f"arm/{moment}/kill/1", shop.one)
    number = page.post(1, "pay_slowly", {"name": name})
    assert page.outcome(number) is None
    page.come_back(shop.two.url)
    is_done_once(shop, page, watcher, page.outcome(number), name)


def test_what_a_worker_that_is_ended_has_to_break_off_is_done_by_another_one(shop: Shop, workers: list[Worker]):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    workers[1].kill()
    number = page.post(1, "pay_when_possible", {"name": name})
    shop.wait_for("reached")
    workers[1].start()
    workers[0].send(signal.SIGTERM)
    assert workers[0].process is not None
    workers[0].process.wait(10)
    shop.go()
    is_done_once(shop, page, watcher, page.outcome(number), name)


@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_reply"])
@pytest.mark.usefixtures("workers")
def test_what_it_hands_over_to_is_done_once_too(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    arm(shop, moment, "kill")
    are_both_done_once(shop, watcher, page.outcome(page.post(1, "pay_slowly_twice", {"name": name})), name)


@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_reply", "after_state_save"])
@pytest.mark.usefixtures("workers")
def test_neither_is_done_twice_where_the_process_of_the_page_dies_in_the_second(shop: Shop, moment: str):
    name = secrets.token_hex(4)
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    shop.get(f"arm/{moment}/kill/{ {'after_state_save': 2}.get(moment, 1) }", shop.one)
    number = page.post(1, "pay_slowly_twice", {"name": name})
    assert page.outcome(number) is None
    page.come_back(shop.two.url)
    are_both_done_once(shop, watcher, page.outcome(number), name)


@pytest.mark.parametrize("times", [1, 2, 3, 4])
@pytest.mark.usefixtures("workers")
def test_what_follows_and_is_not_atomic_is_done_at_most_once_and_the_page_is_told_so(shop: Shop, times: int):
    name = secrets.token_hex(4)
    page = shop.page("till", shop.one)
    shop.spoilt = True  # whether it comes to that is not known
    shop.get(f"arm/after_state_save/kill/{times}", shop.one)
    number = page.post(1, "pay_slowly_and_post", {"name": name})
    answer = page.outcome(number)
    if answer is None:
        page.come_back(shop.two.url)
        answer = page.outcome(number)
    assert answer is not None
    posted = shop.posted().count(name)
    assert shop.books()["paid"].count(name) == 1
    assert posted == 1 if answer.refusal is None else (answer.refusal[0] == "call.lost" and posted <= 1)
