"""What is seen from inside."""

from __future__ import annotations

import pytest

from liveactions.bus import close_hub
from liveactions.operations import inside
from liveactions.operations.inside import eviction, looks_inside, persistence, reached

pytestmark = pytest.mark.django_db(transaction=True)  # some of Django's own checks ask it


async def seen() -> dict[str, tuple[str, str]]:
    try:
        return {f.what: (f.verdict, f"{f.seen} → {f.advice}") async for f in looks_inside()}
    finally:
        await close_hub()


async def test_one_process_without_redis_is_well_and_is_told_what_it_is():
    told = await seen()
    assert told["redis"][0] == "note" and "REDIS_URL is not set" in told["redis"][1]
    assert told["a broadcast"][0] == told["channel layer"][0] == "good"
    assert "liveactions 0." in told["versions"][1]


async def test_redis_is_told_with_its_version_memory_and_persistence(settings, redis_url):
    settings.LIVEACTIONS = {"REDIS_URL": redis_url}
    told = await seen()
    assert {told[name][0] for name in ("redis", "redis memory", "redis persistence", "a broadcast")} == {"good"}
    assert "version " in told["redis"][1]
    assert "RedisPubSubChannelLayer" in told["channel layer"][1]


async def test_a_redis_that_is_away_is_told_without_its_address(settings):
    settings.LIVEACTIONS = {"REDIS_URL": "redis://:hush@127.0.0.1:1/0"}
    told = await seen()
    assert {told[name][0] for name in ("redis", "channel layer", "a broadcast")} == {"bad"}
    assert "hush" not in str(told)


async def test_settings_are_told_without_secrets(settings):
    settings.LIVEACTIONS = {"METRICS": "s3cret", "HEARTBEAT": 5.0}
    assert (await seen())["settings"] == ("good", "HEARTBEAT=5.0, METRICS=… → ")


def test_a_redis_that_throws_keys_away_is_a_danger():
    info = {"maxmemory_policy": "allkeys-lru", "maxmemory": 1000, "maxmemory_human": "1000B"}
    assert eviction(info).verdict == "bad"
    assert eviction({**info, "maxmemory_policy": "noeviction"}).verdict == "good"
    assert eviction({**info, "maxmemory": 0}).verdict == "good"


def test_an_old_redis_and_a_replica_are_told():
    assert reached({"redis_version": "5.0.7"}, 0.001).verdict == "bad"
    assert reached({"redis_version": "7.0.15"}, 0.001).verdict == "good"
    assert reached({"redis_version": "7.0.15"}, 0.2).verdict == "note"
    assert persistence({"role": "slave"}).verdict == "bad"


async def test_a_layer_on_which_nobody_hears_is_told(monkeypatch):
    async def unheard(*_):
        pass

    monkeypatch.setattr(inside, "ring", unheard)
    monkeypatch.setattr(inside, "PATIENCE", 0.05)
    told = await seen()
    assert told["channel layer"][0] == "bad"


def test_complaints_of_the_system_checks_are_told_with_their_hints(monkeypatch):
    said = [
        inside.checks.Error("Broken.", hint="Mend it.", id="liveactions.E001"),
        inside.checks.Error("x", id="other.E1"),
    ]
    monkeypatch.setattr(inside.checks, "run_checks", lambda **_: said)
    own, others = inside.system_checks()
    assert own == ("check liveactions.E001", "Broken.", "bad", "Mend it.")
    assert others.seen == "1 errors in other apps."
