"""The office as a server, with a database made anew for each test, and people who have signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.desks import Seeded, copy
from tests.documents import ROOT
from tests.processes import changed, python
from tests.servers import Server
from tests.sites import daphne

__all__ = ["Office", "running", "seeded"]

SEED = """
import json, django
from datetime import datetime, timezone
from decimal import Decimal
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from tests.contrib.records.shop.models import Buyer, Line, Purchase, Secret, Tag
call_command("migrate", verbosity=0, run_syncdb=True)
names = ("Bakery Ahrens", "Bremen"), ("Café Morgenrot", "Hamburg"), ("Dunkel & Söhne", "Kiel"), ("Hotel See", "Lübeck")
customers = [Buyer.objects.create(name=name, city=city) for name, city in names]
tags = [Tag.objects.create(name=name) for name in ("gift", "pick-up", "wholesale")]
products = ["Rye bread", "Sourdough", "Croissants", "Butter", "Oat milk"]
for index in range(64):
    order = Purchase.objects.create(
        number=1001 + index, customer=customers[index % 4], total=Decimal(1250 + index * 437) / 100,
        stage="shipped" if index % 3 == 0 else "new", urgent=index % 5 == 0, note="Ring twice" * (index % 4 == 0),
        created=datetime(2026, 1 + index // 28, 1 + index % 28, 9, 30, tzinfo=timezone.utc))
    if index % 4 == 1:
        order.tags.add(tags[index % 3])
    for line in range(1 + index % 3):
        Line.objects.create(order=order, product=products[(index + line) % 5], quantity=1 + (index + line) % 4)
Secret.objects.bulk_create(Secret(owner="ana", text=f"Secret {number:04}") for number in range(2000))
cookies = {}
for name in ("ana", "ben"):
    user = User.objects.create_superuser(name, first_name=name.title())
    client = Client()
    client.force_login(user)
    cookies[name] = client.cookies["sessionid"].value
print(json.dumps(cookies))
"""


@dataclass
class Office:
    origin: Seeded
    database: Path
    server: Server
    env: Mapping[str, str | None]

    @property
    def url(self) -> str:
        return self.server.url

    def state_of(self, name: str) -> Any:
        return self.origin.state_of(name)

    def run(self, code: str) -> str:
        """Run Python in a process of its own, with Django set up. What it printed."""
        return run(self.env, f"import django; django.setup(); {code}")

    def renew(self) -> None:
        """Make the database what it was when it was seeded, under the running server."""
        copy(self.origin.database, self.database)


def environment(database: Path, **settings: str | None) -> dict[str, str | None]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.browser.office.settings",
        "OFFICE_DATABASE": str(database),
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": None,
        **settings,
    }


def seeded(folder: Path) -> Seeded:
    """Make the database of the office in ``folder``."""
    database = folder / "office.sqlite3"
    return Seeded(database, json.loads(run(environment(database), SEED).splitlines()[-1]))


def run(env: Mapping[str, str | None], code: str) -> str:
    return python("-c", code, cwd=ROOT, env=changed(env))


@contextmanager
def running(origin: Seeded, folder: Path, **settings: str | None) -> Iterator[Office]:
    """The office, served by one process."""
    database = folder / "office.sqlite3"
    copy(origin.database, database)
    env = environment(database, **settings)
    with daphne(env) as server:
        yield Office(origin, database, server, env)
