"""Committing and claiming calls. What happens when processes die is told by ``tests/crashes``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from liveactions import Component, action
from liveactions.components import Registry
from liveactions.errors import CallError
from liveactions.ledger import DatabaseLedger, databases
from liveactions.ledger.sweeping import Broom
from liveactions.models import Receipt
from liveactions.runtime.ports import AlreadyDone, Promise
from tests.documents import ROOT
from tests.processes import run

pytestmark = pytest.mark.django_db(transaction=True)

LEDGER = DatabaseLedger()


def promise(fence: int = 1, *, claimed: bool = False) -> Promise:
    return Promise("page", 7, fence, claimed)


def commit(fence: int = 1, *, claimed: bool = False, name: str = "ten") -> str:
    """A call that makes a group and says so."""
    return LEDGER.transact("default", making(name), promise(fence, claimed=claimed), str.encode)


def making(name: str) -> Callable[[], str]:
    def work() -> str:
        Group.objects.create(name=name)
        return f"made {name}"

    return work


def names() -> list[str]:
    return list(Group.objects.order_by("pk").values_list("name", flat=True))


def test_work_and_its_receipt_are_committed_together():
    assert commit() == "made ten"
    assert (names(), bytes(Receipt.objects.get().answer or b"")) == (["ten"], b"made ten")


def test_work_that_fails_leaves_no_receipt():
    Group.objects.create(name="ten")
    with pytest.raises(IntegrityError):
        commit()
    assert not Receipt.objects.exists()


def test_a_call_that_was_committed_is_not_committed_again():
    commit()
    with pytest.raises(AlreadyDone) as refused:
        commit(fence=2, name="other")
    assert (refused.value.answer, names()) == (b"made ten", ["ten"])


def test_a_repeated_call_whose_work_fails_is_known_for_what_it_is():
    commit()
    with pytest.raises(AlreadyDone) as refused:
        commit()
    assert refused.value.answer == b"made ten"


def test_the_claim_of_a_call_that_was_committed_is_its_receipt():
    commit()
    assert LEDGER.claim("default", promise(2)) == b"made ten"


def test_who_has_claimed_a_call_commits_it_and_who_had_begun_it_cannot():
    assert LEDGER.claim("default", promise(2)) is None
    with pytest.raises(AlreadyDone) as refused:
        commit(fence=1)
    assert (refused.value.answer, names()) == (None, [])
    assert commit(fence=2, claimed=True) == "made ten"
    with pytest.raises(AlreadyDone):
        commit(fence=2, claimed=True, name="other")


def test_of_two_who_claim_a_call_the_later_holder_has_it():
    LEDGER.claim("default", promise(2))
    assert LEDGER.claim("default", promise(3)) is None
    with pytest.raises(AlreadyDone):
        commit(fence=2, claimed=True)
    with pytest.raises(CallError, match="taken this over"):
        LEDGER.claim("default", promise(2))
    assert commit(fence=3, claimed=True) == "made ten"


def test_within_a_transaction_it_is_a_part_of_that():
    with transaction.atomic():
        LEDGER.transact("default", making("ten"))
        transaction.set_rollback(True)
    assert names() == []


TWO_DATABASES = """
import sys
from django.conf import settings
usual, other = ({"ENGINE": "django.db.backends.sqlite3", "NAME": f"{sys.argv[1]}/{name}"} for name in ("a", "b"))
settings.configure(
    DATABASES={"default": usual, "warehouse": other},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "liveactions"],
)
import django
django.setup()
from django.core.management import call_command
from liveactions.ledger import DatabaseLedger
from liveactions.models import Receipt
from liveactions.runtime.ports import Promise
for name in ("default", "warehouse"):
    call_command("migrate", database=name, verbosity=0, skip_checks=True)
ledger = DatabaseLedger()
ledger.transact("warehouse", lambda: "made", Promise("page", 7, 1), str.encode)
receipts = Receipt.objects.count(), Receipt.objects.using("warehouse").count()
print(*receipts, ledger.claim("warehouse", Promise("page", 7, 2)))
"""


def test_a_receipt_is_in_the_database_that_was_named(tmp_path):
    """In a process of its own: that of the tests has one database."""
    command = [sys.executable, "-c", TWO_DATABASES, str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = run(command, env=env, check=True)
    assert done.stdout.split() == ["0", "1", "b'made'"]


def test_receipts_are_deleted_when_they_are_old():
    commit()
    Receipt.objects.create(page="page", number=6, fence=1, made_at=Now() - timedelta(seconds=700))
    Broom("default").forget_the_old(600)
    assert [receipt.number for receipt in Receipt.objects.all()] == [7]


def test_a_receipt_of_what_may_be_tried_again_late_is_kept_for_as_long():
    LEDGER.transact("default", making("ten"), Promise("page", 7, 1, late=3600.0), str.encode)
    Broom("default").forget_the_old(0)
    with pytest.raises(AlreadyDone):
        commit(name="other")


def test_the_databases_are_those_that_actions_name(settings):
    components = Registry()

    class Warehouse(Component):
        name = "ledger.warehouse"
        template = "<p></p>"

        @action(atomic="warehouse")
        async def ship(self): ...

        @action(background=True, atomic="archive")
        def keep(self): ...

        @action
        def look(self): ...

    components.enrol(Warehouse)
    assert databases(components) == ["archive", "warehouse"]
    settings.LIVEACTIONS = {"ATOMIC": "books"}
    assert databases(components) == ["archive", "books", "warehouse"]
