"""A small shop, and people who may do different things in it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from sample_site.desk.models import Customer, Product


@pytest.fixture
def customers(db):
    return [
        Customer.objects.create(name=name, city=city) for name, city in [("Bo", "Oslo"), ("Al", "Rome"), ("Cy", "Oslo")]
    ]


@pytest.fixture
def products(db):
    rows = [("A1", "Ale", "3.00", 5), ("S1", "Stout <dark>", "12.50", 0)]
    return [Product.objects.create(sku=sku, name=name, price=price, stock=stock) for sku, name, price, stock in rows]


@pytest.fixture
def ana(db):
    return User.objects.create_user("ana")


@pytest.fixture
def permit():
    """Give a user permissions of the desk, and the user afresh."""

    def permit(user, *codenames):
        user.user_permissions.add(*Permission.objects.filter(codename__in=codenames, content_type__app_label="desk"))
        return User.objects.get(pk=user.pk)

    return permit
