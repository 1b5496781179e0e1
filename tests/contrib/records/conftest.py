from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from liveactions.testing import LivePage
from tests.contrib.records.shop.models import Buyer, Purchase

EVERYTHING = [f"{power}_{model}" for power in ("view", "add", "change", "delete") for model in ("purchase", "buyer")]
NAMES = [("Abel", "Aachen"), ("Berta", "Bonn"), ("Carl", "Celle")]


def somebody(name: str, *permissions: str) -> User:
    user = User.objects.create_user(name, first_name=name.title())
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=permissions, content_type__app_label="records_shop")
    )
    return user


@pytest.fixture
def ana(db) -> User:
    """May do everything with orders and customers."""
    return somebody("ana", *EVERYTHING)


@pytest.fixture
def ben(db) -> User:
    """The same, somebody else."""
    return somebody("ben", *EVERYTHING)


@pytest.fixture
def guest(db) -> User:
    """May look at orders."""
    return somebody("guest", "view_purchase")


@pytest.fixture
def orders(db) -> list[Purchase]:
    """Six orders, 101 to 106, of three customers in turn, for 10, 20, … 60."""
    customers = [Buyer.objects.create(name=name, city=city) for name, city in NAMES]
    return [
        Purchase.objects.create(number=101 + index, customer=customers[index % 3], total=10 * (index + 1))
        for index in range(6)
    ]


Open = Callable[..., LivePage]


@pytest.fixture
def order_list(live, orders) -> Open:
    """``order_list(user, "o=total")``: a page with the list of orders."""

    def opened(user: Any, query: str = "") -> LivePage:
        page: LivePage = live.open(f"/office/records_shop/purchase/?{query}", user=user)
        return page

    return opened


@pytest.fixture
def order_form(live, orders) -> Open:
    """``order_form(user, order)``: a page with the form of an order; without one, of a new order."""

    def opened(user: Any, order: Purchase | None = None, query: str = "") -> LivePage:
        path = f"record/{order.pk}/" if order else "new/"
        page: LivePage = live.open(f"/office/records_shop/purchase/{path}?{query}", user=user)
        return page

    return opened


def numbers(page: LivePage) -> list[str]:
    """The first column of a list."""
    return page.texts("tbody .live-records__tick + td")
