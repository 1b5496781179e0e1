"""What the dashboard shows of a day, and that it is gone with it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from liveactions import broadcast
from sample_site.desk import news
from sample_site.desk.components import Board, Figures, Rounds
from sample_site.desk.models import Order, Stage


def day_begins() -> None:
    broadcast(news.DAYS, event="day_began")


def test_what_was_shipped_yesterday_is_counted_and_shown_no_longer(live, ana, order):
    Order.objects.update(stage=Stage.SHIPPED, shipped_at=timezone.now())
    figures, board = live.open(Figures, user=ana), live.open(Board, user=ana)
    assert "Shipped today 1" in figures.text()
    assert board.find_all(".card")
    Order.objects.update(shipped_at=timezone.now() - timedelta(days=1))
    day_begins()
    assert "Shipped today 0" in figures.text()
    assert board.find_all(".card") == []


def test_the_rounds_begin_anew(live, ana):
    one, other = live.open(Rounds, user=ana), live.open(Rounds, user=ana)
    one.click("Close the gate")
    assert "3 to do" in other.text()
    day_begins()
    assert "4 to do" in one.text()
    assert "4 to do" in other.text()
