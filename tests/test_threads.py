"""Synchronous code off the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from liveactions.threads import ThreadRunner, runner


@pytest.fixture
def four():
    made = ThreadRunner(4)
    yield made
    made.pool.shutdown()


async def test_work_runs_off_the_loop_and_its_result_comes_back(four):
    loop_thread = threading.get_ident()
    assert await four.run(threading.get_ident) != loop_thread


async def test_only_so_many_run_at_once(four):
    barrier, inside, most = threading.Barrier(4), [], []

    def work() -> None:
        inside.append(1)
        most.append(len(inside))
        barrier.wait(10)  # eight go through in two groups of four
        inside.pop()

    await asyncio.gather(*(four.run(work) for _ in range(8)))
    assert max(most) <= 4


async def test_an_exception_comes_back(four):
    def fail() -> None:
        raise ZeroDivisionError("x")

    with pytest.raises(ZeroDivisionError, match="x"):
        await four.run(fail)


async def test_context_variables_of_the_task_are_seen(four):
    variable = contextvars.ContextVar("variable", default="none")
    variable.set("mine")
    assert await four.run(variable.get) == "mine"
    await four.run(lambda: variable.set("changed"))
    assert variable.get() == "mine", "but what is set there stays there"


@pytest.mark.django_db(transaction=True)
async def test_no_connection_is_kept_longer_than_the_settings_say(four):
    def use() -> object:
        Group.objects.count()
        return connection.connection

    def look() -> object:
        return connection.connection

    one = ThreadRunner(1)
    assert await one.run(use) is not None
    assert await one.run(look) is None, "CONN_MAX_AGE is 0"
    one.pool.shutdown()


def test_there_is_one_pool_for_the_process():
    assert runner() is runner()
