"""A small desk for each test, and everything it tells written down instead of sent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from liveactions.results import audience
from sample_site.desk import news, seed
from sample_site.desk.models import Customer, Order, Product
from sample_site.notices import sending


class Told(NamedTuple):
    """One broadcast."""

    stream: str
    results: tuple[Any, ...]
    event: str | None
    exclude: Any
    payload: dict[str, Any]


@pytest.fixture(autouse=True)
def the_site(settings):
    settings.ROOT_URLCONF = "sample_site.config.urls"
    settings.LOGIN_URL, settings.LOGIN_REDIRECT_URL, settings.LOGOUT_REDIRECT_URL = "sign_in", "dashboard", "sign_in"


@pytest.fixture(autouse=True)
def told(monkeypatch) -> list[Told]:
    """What was broadcast, in order."""
    heard: list[Told] = []

    def broadcast(whom, *results, event=None, exclude=None, **payload):
        stream = whom if isinstance(whom, str) else whom.stream
        heard.append(Told(stream, results, event, exclude, payload))

    monkeypatch.setattr(news, "broadcast", broadcast)
    monkeypatch.setattr(sending, "broadcast", broadcast)
    return heard


@pytest.fixture
def people(db):
    seed.make_accounts()
    return get_user_model().objects


@pytest.fixture
def ana(people):
    return people.get(username="ana")


@pytest.fixture
def ben(people):
    return people.get(username="ben")


@pytest.fixture
def shop(db) -> tuple[Customer, Product]:
    product = Product.objects.create(sku="NB", name="Notebook", price=Decimal("9.50"), stock=10)
    return Customer.objects.create(name="Ember Books", city="Dublin"), product


@pytest.fixture
def order(shop) -> Order:
    customer, product = shop
    order = Order.objects.create(
        number=1042, customer=customer, promised_at=timezone.now() + timedelta(hours=2), total=Decimal("19.00")
    )
    order.lines.create(product=product, quantity=2, unit_price=product.price)
    return order


def user_stream(user) -> str:
    return audience.user(user).stream
