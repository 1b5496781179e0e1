"""What is long: ten thousand orders of the past, and as many sales as one likes. Invented, the same at every start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from random import Random

from sample_site.desk.seed import CUSTOMERS, PRODUCTS

__all__ = ["PastOrder", "Sale", "orders", "orders_found", "sale", "sales"]

ORDERS = 10_000
FIRST_DAY = date(2016, 1, 4)


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order that was taken long ago."""

    number: int
    customer: str
    city: str
    placed: date
    total: Decimal
    note: str


@cache
def orders() -> list[PastOrder]:
    """All of them, the latest first."""
    return [past_order(number) for number in range(ORDERS, 0, -1)]


def past_order(number: int) -> PastOrder:
    chance = Random(number)
    customer, city = chance.choice(CUSTOMERS)
    placed = FIRST_DAY + timedelta(days=number // 3)
    total = Decimal(chance.randint(240, 48_000)) / 100
    return PastOrder(number, customer, city, placed, total, "Part delivery was fine" if number % 7 == 0 else "")


@lru_cache(maxsize=32)
def orders_found(words: str) -> list[PastOrder]:
    """The orders of a customer or a city with these words in its name, or whose number begins with them."""
    wanted = words.strip().lower()
    return [
        order
        for order in orders()
        if wanted in order.customer.lower() or wanted in order.city.lower() or str(order.number).startswith(wanted)
    ]


@dataclass(frozen=True, slots=True)
class Sale:
    """Something that was sold over the counter."""

    number: int
    what: str
    price: Decimal


def sale(number: int) -> Sale:
    chance = Random(f"sale {number}")
    _, what, price, _ = chance.choice(PRODUCTS)
    return Sale(number, what, Decimal(price))


def sales(numbers: list[int]) -> list[Sale]:
    """The sales with these numbers."""
    return [sale(number) for number in numbers]
