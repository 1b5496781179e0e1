from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from liveactions.contrib.reports import ReportError, printing
from sample_site.desk import seed
from sample_site.desk.models import Order
from sample_site.office import seed as office


class Command(BaseCommand):
    help = "Fill the desk with two demo accounts and invented orders. Does nothing where there are orders already."

    def handle(self, *args: Any, **options: Any) -> None:
        filled = seed.seed()
        office.seed()
        people = " and ".join(f"{name} / {seed.PASSWORD}" for name in seed.ACCOUNTS)
        state = "is filled" if filled else "was filled before"
        self.stdout.write(f"The desk {state}: {Order.objects.count()} orders. Sign in as {people}.")
        if not can_print():
            self.stdout.write(f"Documents cannot be printed here yet. What is missing: {printing.INSTALL}.")


def can_print() -> bool:
    """WeasyPrint comes from a wheel, the Pango library that it draws with from the system."""
    try:
        printing.imported()
    except ReportError:
        return False
    return True
