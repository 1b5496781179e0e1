from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sample_site.desk.models import Order, Stage


@pytest.mark.parametrize("text", ["ember", "DUBLIN", "1042", "#10", "ember dublin", "  "])
def test_an_order_is_found_by_customer_city_and_number(order, text):
    assert list(Order.objects.search(text)) == [order]


@pytest.mark.parametrize("text", ["york", "42", "ember york", "#"])
def test_every_word_of_a_search_must_fit(order, text):
    assert not Order.objects.search(text).exists()


def test_the_board_shows_what_is_open_and_what_was_shipped_today(order):
    assert list(Order.objects.on_board()) == [order]
    Order.objects.update(stage=Stage.SHIPPED, shipped_at=timezone.now())
    assert list(Order.objects.on_board()) == [order]
    Order.objects.update(shipped_at=timezone.now() - timedelta(days=1, hours=1))
    assert not Order.objects.on_board().exists()


def test_cancelled_orders_leave_the_board_and_the_value(order):
    assert Order.objects.open().value() == Decimal("19.00")
    Order.objects.update(stage=Stage.CANCELLED)
    assert not Order.objects.on_board().exists()
    assert Order.objects.open().value() == 0


def test_the_next_stage_is_the_column_to_the_right():
    stages = [Order(stage=stage).next_stage for stage in Stage]
    assert stages == [Stage.PICKING, Stage.PACKING, Stage.SHIPPED, None, None]
