"""Shared components follow the transactions that change them. (Processes that die meanwhile: ``tests/crashes``.)"""

from __future__ import annotations

import secrets
from typing import Any
from unittest.mock import patch

import pytest

from liveactions import bus
from liveactions.bus import process
from liveactions.errors import BusUnavailable
from liveactions.ledger import DatabaseLedger, dispatches
from liveactions.ledger.dispatches import Said
from liveactions.ledger.sweeping import Broom
from liveactions.models import Dispatch
from liveactions.runtime.ports import Hold, Offer, Outdated, Step
from liveactions.threads import runner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.redis]

LEDGER = DatabaseLedger()


@pytest.fixture(autouse=True)
async def _redis(settings: Any, redis_url: str) -> Any:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.LIVEACTIONS = {"REDIS_URL": redis_url}
    process.log_at.cache_clear()
    dispatches.behind.clear()
    bus.hub()
    yield
    await bus.close_hub()
    dispatches.behind.clear()


@pytest.fixture
async def key() -> str:
    """A shared component of which there is a first version."""
    name = f"poll.{secrets.token_hex(4)}"
    await bus.states().take(step(name, 0))
    return name


def step(key: str, since: int) -> Step:
    return Step(key, since, since + 1, b"made of %d" % since, b"", {"key": key, "version": since + 1, "heard": {}})


def committed(key: str, since: int) -> Offer:
    """A step that was made in a transaction."""
    offer = Offer(lambda: step(key, since))
    LEDGER.transact("default", lambda: None, offer=offer)
    return offer


def dying() -> Any:
    """Nothing more is done in this process when a transaction was committed."""
    return patch.object(Said, "send")


async def version(key: str) -> int:
    kept = await bus.states().load(key)
    assert kept is not None
    return kept.version


async def in_thread(function: Any, *args: Any) -> Any:
    return await runner().run(lambda: function(*args))


async def test_what_was_committed_is_taken_at_once_and_leaves_nothing_behind(key):
    offer = await in_thread(committed, key, 1)
    assert offer.taken is not None and offer.taken.kept.version == await version(key) == 2
    assert await in_thread(Dispatch.objects.count) == 0


async def test_what_another_process_has_committed_is_taken_by_whoever_finds_it_held(key):
    with dying():
        offer = await in_thread(committed, key, 1)
    refused = await bus.states().take(step(key, 1))
    assert (refused.entry, refused.hold) == (None, offer.step.hold)
    await in_thread(LEDGER.decide, key, refused.hold)
    assert (await version(key), await in_thread(Dispatch.objects.count)) == (2, 0)


async def test_what_another_process_has_committed_is_taken_by_whoever_sweeps(key):
    with dying():
        await in_thread(committed, key, 1)
    broom = Broom("default")
    for _ in range(2):
        await in_thread(broom.sweep)
    assert (await version(key), await in_thread(Dispatch.objects.count)) == (2, 0)


async def test_what_was_not_committed_holds_nobody_up(key):
    hold = Hold("default", secrets.token_bytes(9))
    await in_thread(bus.states().hold_now, step(key, 1)._replace(hold=hold))
    with pytest.raises(Outdated) as refused:
        await in_thread(committed, key, 1)
    await in_thread(LEDGER.decide, key, refused.value.hold)
    assert (await in_thread(committed, key, 1)).taken is not None


async def test_a_transaction_that_has_nothing_to_change_makes_no_version(key):
    offer = Offer(lambda: None)
    await in_thread(lambda: LEDGER.transact("default", lambda: None, offer=offer))
    assert (offer.step, await version(key)) == (None, 1)


async def test_a_step_that_is_refused_takes_everything_back(key):
    await bus.states().take(step(key, 1))
    with pytest.raises(Outdated) as refused:
        await in_thread(committed, key, 1)
    assert (refused.value.kept.version, await in_thread(Dispatch.objects.count)) == (2, 0)


async def test_where_versions_cannot_be_held_nothing_is_committed(key):
    with (
        patch.object(type(bus.states()), "hold_now", side_effect=BusUnavailable("away")),
        pytest.raises(BusUnavailable),
    ):
        await in_thread(committed, key, 1)
    assert (await version(key), await in_thread(Dispatch.objects.count)) == (1, 0)


async def test_what_was_committed_as_redis_went_away_is_done_and_its_version_follows(key, caplog):
    with patch.object(type(bus.states()), "take_now", side_effect=BusUnavailable("away")):
        offer = await in_thread(committed, key, 1)
    assert (offer.taken, await version(key)) == (None, 1)
    assert "What was committed is told later" in caplog.text
    broom = Broom("default")
    for _ in range(2):
        await in_thread(broom.sweep)
    assert (await version(key), await in_thread(Dispatch.objects.count)) == (2, 0)
