"""``on_commit`` in a test that never commits."""

from __future__ import annotations

import logging

import pytest
from django.db import transaction

from liveactions.testing.commits import run_committed

pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> list[str]:
    return []


def test_what_waits_for_the_tests_own_transaction_is_run_once(done):
    transaction.on_commit(lambda: done.append("a"))
    assert done == []
    run_committed()
    run_committed()
    assert done == ["a"]


def test_what_it_registers_is_run_as_well(done):
    transaction.on_commit(lambda: transaction.on_commit(lambda: done.append("inner")))
    run_committed()
    assert done == ["inner"]


def test_a_transaction_of_the_application_is_waited_for(done):
    with transaction.atomic():
        transaction.on_commit(lambda: done.append("a"))
        run_committed()
        assert done == []
    run_committed()
    assert done == ["a"]


def test_after_a_rollback_nothing_is_run(done):
    with transaction.atomic():
        transaction.on_commit(lambda: done.append("a"))
        transaction.set_rollback(True)
    run_committed()
    assert done == []


def test_an_exception_is_raised_unless_it_was_to_be_robust(done, caplog):
    def fail():
        raise ZeroDivisionError

    transaction.on_commit(fail, robust=True)
    transaction.on_commit(lambda: done.append("next"))
    with caplog.at_level(logging.ERROR):
        run_committed()
    assert done == ["next"]
    assert "robust" in caplog.text
    transaction.on_commit(fail)
    with pytest.raises(ZeroDivisionError):
        run_committed()


@pytest.mark.django_db(transaction=True)
def test_where_transactions_are_real_django_does_it_alone(done):
    with transaction.atomic():
        transaction.on_commit(lambda: done.append("a"))
        run_committed()
        assert done == []
    assert done == ["a"]
