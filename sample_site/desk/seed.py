"""Invented data for the demo: two people, two teams, a stationer's products, its customers, and a day of orders."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone

from sample_site.desk.models import Activity, Customer, Order, OrderLine, Product, Stage, midnight

__all__ = ["ACCOUNTS", "PASSWORD", "TEAMS", "seed"]

PASSWORD = "desk"
ACCOUNTS = ("ana", "ben")
TEAMS = {"warehouse": ("ana", "ben"), "billing": ("ana",)}

PRODUCTS = (
    ("NB-A5", "Notebook A5, dotted", "9.50", 420),
    ("NB-A4", "Notebook A4, ruled", "12.00", 260),
    ("PN-F03", "Fineliner 0.3, black", "2.40", 900),
    ("PN-FT", "Fountain pen, steel", "38.00", 64),
    ("IK-BL", "Ink, midnight blue, 50 ml", "14.50", 120),
    ("PC-12", "Pencils HB, box of 12", "7.20", 310),
    ("EN-C5", "Envelopes C5, pack of 50", "8.90", 180),
    ("FD-LN", "Linen folder", "16.00", 75),
    ("TP-WA", "Washi tape, set of 5", "11.50", 140),
    ("LP-BR", "Desk lamp, brass", "129.00", 12),
)
CUSTOMERS = (
    ("Alder & Finch", "Leeds"),
    ("Bright Harbour School", "Bristol"),
    ("Corner Atelier", "Ghent"),
    ("Dovetail Workshop", "Porto"),
    ("Ember Books", "Dublin"),
    ("Fable Print Studio", "Lyon"),
    ("Glasshouse Architects", "Malmö"),
    ("Hill Street Library", "York"),
    ("Inkwell Café", "Utrecht"),
    ("Juniper Clinic", "Graz"),
)
STAGES = {Stage.NEW: 11, Stage.PICKING: 9, Stage.PACKING: 7, Stage.SHIPPED: 12, Stage.CANCELLED: 1}
NOTES = (
    "",
    "",
    "",
    "",
    "Gift wrap, please",
    "Ring at the side door",
    "Invoice to head office",
    "Part delivery is fine",
)


def seed() -> bool:
    """Fill an empty desk; True if there was anything to do. What is there already is never touched."""
    with transaction.atomic():
        make_accounts()
        if Order.objects.exists():
            return False
        make_orders(random.Random(7))
    return True


def make_accounts() -> None:
    users = get_user_model().objects
    for name in ACCOUNTS:
        if not users.filter(username=name).exists():
            users.create_user(name, password=PASSWORD, first_name=name.title())
    for team, members in TEAMS.items():
        group, _ = Group.objects.get_or_create(name=team)
        group.user_set.add(*users.filter(username__in=members))
    may = Permission.objects.filter(content_type__app_label="desk", codename__in=("add_order", "change_order"))
    Group.objects.get(name="warehouse").permissions.add(*may)


def make_orders(chance: random.Random) -> None:
    products = [
        Product.objects.create(sku=sku, name=name, price=Decimal(price), stock=stock)
        for sku, name, price, stock in PRODUCTS
    ]
    customers = [Customer.objects.create(name=name, city=city) for name, city in CUSTOMERS]
    stages = [stage for stage, count in STAGES.items() for _ in range(count)]
    chance.shuffle(stages)
    for number, stage in enumerate(stages, start=1001):
        make_order(number, stage, chance.choice(customers), chance.sample(products, chance.randint(1, 3)), chance)


def make_order(number: int, stage: Stage, customer: Customer, products: list[Product], chance: random.Random) -> None:
    now = timezone.now()
    shipped = stage == Stage.SHIPPED
    changed = now - timedelta(minutes=chance.randint(3, 40) if shipped else chance.randint(5, 300))
    if shipped:
        changed = max(changed, midnight())  # today, at whatever hour
    promised = now + timedelta(minutes=chance.choice((-35, 4, 45, 90, 150, 240, 400, 1500, 2900)))
    order = Order.objects.create(
        number=number,
        customer=customer,
        stage=stage,
        note=chance.choice(NOTES),
        placed_at=changed - timedelta(hours=chance.randint(1, 20)),
        promised_at=promised,
        shipped_at=changed if shipped else None,
        late=stage in (Stage.NEW, Stage.PICKING, Stage.PACKING) and promised < now,
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, product=product, quantity=chance.randint(1, 12), unit_price=product.price)
        for product in products
    )
    order.recount()
    make_activity(order, customer, stage, chance)


def make_activity(order: Order, customer: Customer, stage: Stage, chance: random.Random) -> None:
    people = list(get_user_model().objects.filter(username__in=ACCOUNTS).order_by("username"))
    Activity.objects.create(
        order=order,
        actor=chance.choice(people),
        text=f"took {order} for {customer.name}",
        happened_at=order.placed_at,
    )
    if stage != Stage.NEW:
        what = f"cancelled {order}" if stage == Stage.CANCELLED else f"moved {order} to {stage.label}"
        when = order.shipped_at or order.placed_at + timedelta(minutes=chance.randint(10, 50))
        Activity.objects.create(order=order, actor=chance.choice(people), text=what, happened_at=when)
