"""Invented data for the office: addresses of the desk's customers, prospects, a year of invoices, message templates."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone

from liveactions.contrib.mail import messages
from liveactions.contrib.mail.models import MessageTemplate
from sample_site.desk.models import Customer, Product
from sample_site.office.models import CENT, Invoice, InvoiceLine, State

__all__ = ["MAY", "seed"]

MAY = {
    "warehouse": """desk.view_customer desk.view_product desk.change_product desk.view_order desk.change_order
        office.view_invoice office.add_invoice office.change_invoice""",
    "billing": """desk.view_customer desk.add_customer desk.change_customer desk.delete_customer
        desk.view_product desk.add_product desk.change_product desk.delete_product desk.view_order desk.change_order
        office.view_invoice office.add_invoice office.change_invoice office.delete_invoice office.post_invoice""",
}
"""By team. ``ana`` is in both, ``ben`` is not in billing: he writes drafts, and posts and deletes nothing."""

CONTACTS = {
    "Alder & Finch": ("alder-finch", "12 Canal Row", "LS1 4AP", "+44 113 496 0012", "en"),
    "Bright Harbour School": ("bright-harbour", "3 Quay Street", "BS1 6UZ", "+44 117 496 0140", "en"),
    "Corner Atelier": ("corner-atelier", "Predikherenlei 8", "9000", "+32 9 555 01 20", "nl"),
    "Dovetail Workshop": ("dovetail", "Rua do Almada 41", "4050-036", "+351 22 555 0190", "pt"),
    "Ember Books": ("ember-books", "9 Dame Lane", "D02 HC67", "+353 1 555 0133", "en"),
    "Fable Print Studio": ("fable-print", "18 rue Mercière", "69002", "+33 4 55 50 01 11", "fr"),
    "Glasshouse Architects": ("glasshouse", "Stora Nygatan 27", "211 37", "+46 40 555 01 01", "sv"),
    "Hill Street Library": ("hill-street", "Hill Street 1", "YO1 7HB", "+44 1904 496 018", "en"),
    "Inkwell Café": ("inkwell", "Oudegracht 160", "3511 AZ", "+31 30 555 0144", "nl"),
    "Juniper Clinic": ("juniper", "Sporgasse 14", "8010", "+43 316 555 012", "de"),
}
PROSPECTS = (
    ("Kestrel Theatre", "Basel", "kestrel", "Rheingasse 30", "4058", "+41 61 555 01 70", "de"),
    ("Lantern Hotel", "Bruges", "lantern", "Langestraat 5", "8000", "+32 50 55 01 80", "nl"),
)
INVOICE = """<p>Dear {{ record.customer.name }},</p>
<p>attached is our invoice {{ record.number }} of € {{ record.total }}.
It is due on {{ record.due_on|date:'j F Y' }}.</p>
<p>Kind regards<br>{{ user.first_name }}, The desk</p>"""
STATEMENT = """<p>Dear {{ record.name }},</p>
<p>attached is a statement of what is open. If you have paid meanwhile, please disregard it.</p>
<p>Kind regards<br>{{ user.first_name }}, The desk</p>"""
TEMPLATES = (
    ("Invoice", "office.invoice", "Invoice {{ record.number }}", INVOICE),
    ("Statement", "desk.customer", "What is open at the desk", STATEMENT),
)
MONTHS = 12
A_MONTH = 11


def seed() -> bool:
    """Fill an empty office, after the desk; True if there was anything to do. What is there is never touched."""
    with transaction.atomic():
        give_permissions()
        make_templates()
        if Invoice.objects.exists():
            return False
        complete_customers()
        make_invoices(random.Random(11), timezone.localdate())
        make_prospects()
    return True


def give_permissions() -> None:
    for team, names in MAY.items():
        group, _ = Group.objects.get_or_create(name=team)
        wanted = {tuple(name.split(".")) for name in names.split()}
        found = Permission.objects.filter(codename__in=[name for _, name in wanted]).select_related("content_type")
        group.permissions.add(*(each for each in found if (each.content_type.app_label, each.codename) in wanted))
    for user in get_user_model().objects.filter(groups__name__in=MAY, email="").distinct():
        user.email = f"{user.get_username()}@desk.example"
        user.save(update_fields=["email"])


def make_templates() -> None:
    for name, model, subject, body in TEMPLATES:
        MessageTemplate.objects.get_or_create(name=name, model=model, defaults={"subject": subject, "body": body})


def complete_customers() -> None:
    for name, (host, street, postcode, phone, language) in CONTACTS.items():
        Customer.objects.filter(name=name, email="").update(
            email=f"accounts@{host}.example", street=street, postcode=postcode, phone=phone, language=language
        )


def make_invoices(chance: random.Random, today: date) -> None:
    """A year of them: the old ones are paid, the latest are open, some of these late, and two were cancelled."""
    customers, products = list(Customer.objects.order_by("pk")), list(Product.objects.order_by("pk"))
    if not customers or not products:
        return
    days = sorted(today - timedelta(days=chance.randint(2, 30 * MONTHS)) for _ in range(MONTHS * A_MONTH))
    invoices, numbers = [], dict[int, int]()
    for number, day in enumerate(days):
        numbers[day.year] = numbers.get(day.year, 0) + 1
        invoice = Invoice(
            number=f"{day.year}-{numbers[day.year]:04}",
            customer=chance.choice(customers),
            posted_on=day,
            due_on=day + timedelta(days=30),
            **standing(chance, day, today, number),
        )
        invoices.append((invoice, lines_of(chance, products)))
    write(invoices)


def standing(chance: random.Random, day: date, today: date, number: int) -> dict[str, object]:
    if number in (40, 90):
        return {"state": State.CANCELLED}
    if day > today - timedelta(days=40):
        return {"state": State.POSTED}
    return {"state": State.PAID, "paid_on": min(day + timedelta(days=chance.randint(8, 34)), today)}


def lines_of(chance: random.Random, products: list[Product]) -> list[InvoiceLine]:
    return [
        InvoiceLine(product=each, text=each.name, quantity=chance.randint(1, 20), unit_price=each.price)
        for each in chance.sample(products, chance.randint(1, 4))
    ]


def write(invoices: Iterable[tuple[Invoice, list[InvoiceLine]]]) -> None:
    """All of them in two statements, with their sums."""
    drawn = list(invoices)
    for invoice, lines in drawn:
        invoice.net = sum((line.amount for line in lines), Decimal(0))
        invoice.total = (invoice.net * (1 + invoice.tax_rate / 100)).quantize(CENT)
    Invoice.objects.bulk_create(invoice for invoice, _ in drawn)
    for invoice, lines in drawn:
        for line in lines:
            line.invoice = invoice
    InvoiceLine.objects.bulk_create(line for _, lines in drawn for line in lines)


def make_prospects() -> None:
    """Customers who have not been sent anything yet: with them, only a draft would go."""
    drafts, chance, products = [], random.Random(3), list(Product.objects.order_by("pk"))
    for name, city, host, street, postcode, phone, language in PROSPECTS:
        customer = Customer.objects.create(
            name=name,
            city=city,
            email=f"office@{host}.example",
            street=street,
            postcode=postcode,
            phone=phone,
            language=language,
        )
        drafts.append((Invoice(customer=customer, note="First order, by phone"), lines_of(chance, products)))
    write(drafts)
    for user in get_user_model().objects.filter(groups__name="billing"):
        for invoice, _ in drafts:
            messages.follow(invoice, user)
