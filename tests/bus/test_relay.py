"""Processes ask one another, over a layer in memory and over a real Redis."""

from __future__ import annotations

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from liveactions.bus import relay as relays
from liveactions.bus.relay import Relay
from liveactions.errors import BusUnavailable
from tests import servers


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def layers(request):
    """Two ends of one layer."""
    if request.param == "memory":
        layer = InMemoryChannelLayer()
        return layer, layer
    url = request.getfixturevalue("redis_url")
    return tuple(RedisPubSubChannelLayer(hosts=[{"address": url, "socket_timeout": None}]) for _ in range(2))


@pytest.fixture
async def ends(layers):
    def refuse(question):
        raise AssertionError(f"nobody asks this end, and it was asked {question}")

    one, other = Relay(layers[0], refuse), Relay(layers[1], lambda question: {"doubled": question["number"] * 2})
    yield one, other
    one.close()
    other.close()
    for layer in layers:
        if hasattr(layer, "flush"):
            await layer.flush()


async def test_a_question_is_answered_by_the_process_of_that_name(ends):
    one, other = ends
    name = await other.listen()
    answers = await asyncio.gather(*(one.ask(name, {"number": number, "body": b"\x00"}) for number in range(20)))
    assert [answer["doubled"] for answer in answers] == [2 * number for number in range(20)]
    assert one.asked == {}


async def test_a_process_that_is_not_there_is_given_up(ends, monkeypatch):
    monkeypatch.setattr(relays, "PATIENCE", 0.05)
    one, _ = ends
    with pytest.raises(BusUnavailable, match="did not answer"):
        await one.ask("specific!nobody", {"number": 1})
    assert one.asked == {}


@pytest.mark.redis
async def test_a_redis_that_was_started_again_carries_questions_again(monkeypatch):
    monkeypatch.setattr(relays, "PATIENCE", 0.5)
    with servers.redis() as server:
        made = [
            RedisPubSubChannelLayer(
                hosts=[
                    {
                        "address": server.url,
                        "socket_timeout": None,
                    }
                ]
            )
            for _ in range(2)
        ]
        one, other = (Relay(layer, lambda question: question["number"]) for layer in made)
        name = await other.listen()
        assert await one.ask(name, {"number": 1}) == 1
        server.kill()
        server.start()
        answer = None
        for _ in range(20):
            try:
                answer = await one.ask(name, {"number": 2})
                break
            except BusUnavailable:
                await asyncio.sleep(0.1)
        assert answer == 2
        one.close()
        other.close()
        for layer in made:
            await layer.flush()


async def test_an_answer_that_fails_does_not_end_the_listening(ends, monkeypatch):
    monkeypatch.setattr(relays, "PATIENCE", 0.05)
    one, other = ends
    name = await other.listen()
    with pytest.raises(BusUnavailable):
        await one.ask(name, {})
    monkeypatch.setattr(relays, "PATIENCE", 5.0)
    assert await one.ask(name, {"number": 4}) == {"doubled": 8}


async def test_a_layer_that_fails_is_said_to_be_unavailable():
    class Broken(InMemoryChannelLayer):
        async def new_channel(self, prefix: str = "") -> str:
            raise OSError("away")

    with pytest.raises(BusUnavailable, match="OSError"):
        await Relay(Broken(), print).ask("somebody", {})
