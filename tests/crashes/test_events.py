"""A process dies while components of a page hear an event: each of them hears it once, here or in the next one."""

from __future__ import annotations

import pytest

from tests.crashes.conftest import Shop
from tests.crashes.visitor import Visitor

pytestmark = [pytest.mark.redis, pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)]


def happens(shop: Shop, page: Visitor, event: str) -> None:
    """An event for all components of this page, said by the process that never dies."""
    shop.get(f"happen/{page.welcome[6]}/{event}")


def told_by(page: Visitor, *names: str) -> list[str]:
    """What the page was told by these, once each of them has told something."""
    while not all(any(text.startswith(name) for text in page.heard) for name in names):
        page.take(page.receive())
    return page.heard


@pytest.mark.parametrize("moment", ["half", "before_state_save", "after_state_save"])
def test_two_components_of_a_page_hear_an_event_once_wherever_their_process_dies(shop: Shop, moment: str):
    page, other = shop.page("hall", shop.one), shop.page("till", shop.one)
    happens(shop, page, "rung")
    shop.wait_for("reached")  # the bell has heard it, and the porter is about to
    assert other.outcome(other.post(1, "ring", {})) is not None  # so all that is to be written by now is
    if moment == "half":
        shop.one.kill()
    else:
        shop.get(f"arm/{moment}/kill/1", shop.one)
    shop.go()
    assert page.outcome(page.number + 1) is None, "its process is dead"
    page.come_back(shop.two.url)
    happens(shop, page, "closed")
    assert told_by(page, "bell", "porter") == ["bell 1", "porter 1"]
