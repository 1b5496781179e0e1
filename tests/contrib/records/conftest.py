from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from tests.contrib.records.shop.models import Customer, Order


def allowed(user: User, *names: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=user.pk)


EVERYTHING = [f"{power}_{model}" for power in ("view", "add", "change", "delete") for model in ("order", "customer")]


@pytest.fixture
def ana() -> User:
    """May do everything with orders and customers."""
    return allowed(User.objects.create_user("ana"), *EVERYTHING)


@pytest.fixture
def ben() -> User:
    """The same, somebody else."""
    return allowed(User.objects.create_user("ben"), *EVERYTHING)


@pytest.fixture
def guest() -> User:
    """May look at orders."""
    return allowed(User.objects.create_user("guest"), "view_order")


@pytest.fixture
def orders() -> list[Order]:
    """Six orders, 101 to 106, of three customers in turn, for 10, 20, … 60."""
    customers = [Customer.objects.create(name=name, city=city) for name, city in NAMES]
    return [
        Order.objects.create(number=101 + index, customer=customers[index % 3], total=10 * (index + 1))
        for index in range(6)
    ]


NAMES = [("Abel", "Aachen"), ("Berta", "Bonn"), ("Carl", "Celle")]
