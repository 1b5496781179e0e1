"""What it costs to commit a receipt with an effect: the same transaction, with and without; in time, for each."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site")

import django
from django.core.management import call_command
from django.db import connections, transaction

from benchmarks.report import Row, show
from liveactions.runtime.ports import Promise
from tests.postgres import cluster, programs

TIMES = 1000
ANSWER = bytes(400)
"""As long as that of a small component and a toast."""
ALLOWED = {"SQLite, WAL": 2000.0, "PostgreSQL": 1000.0}
"""Microseconds for a receipt."""

numbers = count(1)


async def main() -> int:
    import asyncio

    return await asyncio.to_thread(compared)  # Django refuses its database on an event loop


def compared() -> int:
    django.setup()
    verdict = 0
    for name, place in (("SQLite, WAL", wal), ("PostgreSQL", postgres)):
        with place() as settings:
            if settings is not None:
                verdict = max(verdict, show(f"A transaction with one effect, {name}", rows(name, settings)))
    return verdict


@contextmanager
def wal() -> Iterator[Mapping[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        yield {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder) / "receipts.sqlite3")}


@contextmanager
def postgres() -> Iterator[Mapping[str, Any] | None]:
    """A cluster of our own, which writes to the disk; without one on this machine it is left out."""
    if programs() is None:
        print("No PostgreSQL here: it is not measured.")
        yield None
        return
    with cluster() as server:
        port = urlsplit(server.url).port
        user = {"NAME": "postgres", "USER": "tester", "HOST": "127.0.0.1", "PORT": port}
        yield {"ENGINE": "django.db.backends.postgresql", **user}


def rows(name: str, settings: Mapping[str, Any]) -> list[Row]:
    from liveactions.ledger import DatabaseLedger

    alias = name
    connections.databases[alias] = {**connections.databases["default"], **settings}
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    call_command("migrate", "liveactions", database=alias, verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effects (amount integer)")
    ledger = DatabaseLedger()

    def effect() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO effects VALUES (1)")

    def plain() -> None:
        with transaction.atomic(using=alias):
            effect()

    def atomic() -> None:
        ledger.transact(alias, effect, Promise("page", next(numbers), 1), lambda _: ANSWER)

    alone, together = costs(plain, atomic)
    connection.close()
    added = together - alone
    return [
        Row("alone", alone, "us", 1.0),
        Row("with its receipt", together, "us", together / alone),
        Row(f"the receipt, of at most {ALLOWED[name]:.0f} us", added, "us", added / ALLOWED[name], 1.0),
    ]


def costs(*works: Callable[[], None]) -> list[float]:
    """Microseconds for each, the median of many that take turns: how long a disk takes is not the same for long."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(TIMES):
        for work, each in zip(works, found, strict=True):
            began = perf_counter()
            work()
            each.append((perf_counter() - began) * 1e6)
    return [median(each) for each in found]
