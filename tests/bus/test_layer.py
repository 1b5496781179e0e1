import asyncio
import re
import threading

import pytest
from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from liveactions.bus.layer import PERSONAL, group_of, layer
from liveactions.results.audience import topic

CHANNELS_ALLOWS = re.compile(r"[A-Za-z0-9_.-]{1,99}")


@pytest.mark.parametrize("name", ["team.7", "a", "x" * 80, "x" * 81, "x" * 150, "a:b", "team:7:" + "y" * 100])
def test_every_topic_has_a_group_that_channels_allows(name):
    assert CHANNELS_ALLOWS.fullmatch(group_of(topic(name).stream))


def test_topics_do_not_share_groups():
    names = ["a.b", "a:b", "a-b", "x" * 80, "x" * 81, "x" * 82, "live.personal", "hashed.a"]
    assert len({group_of(name) for name in names} | {PERSONAL}) == len(names) + 1


def test_all_personal_streams_share_one_group():
    assert {group_of(stream) for stream in ("@all", "@user.7", "@page.abc")} == {PERSONAL}


async def test_without_redis_the_layer_is_in_memory_whatever_is_configured(settings):
    settings.LIVEACTIONS = {"REDIS_URL": ""}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}
    assert isinstance(layer(), InMemoryChannelLayer)
    assert layer() is layer()


async def test_with_redis_and_nothing_configured_the_layer_is_made_here(settings):
    settings.LIVEACTIONS = {"REDIS_URL": "redis://127.0.0.1:1"}
    settings.CHANNEL_LAYERS = {}
    made = layer()
    assert isinstance(made, RedisPubSubChannelLayer)
    (host,) = made._kwargs["hosts"]
    assert host["socket_timeout"] is None
    assert made is layer()


async def test_a_configured_layer_is_used(settings):
    settings.LIVEACTIONS = {"REDIS_URL": "redis://127.0.0.1:1", "CHANNEL_LAYER": "live"}
    settings.CHANNEL_LAYERS = {"live": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 7}}}
    assert layer().capacity == 7


def test_each_loop_has_its_own_layer_in_memory(settings):
    settings.LIVEACTIONS = {"REDIS_URL": ""}
    made = []

    async def make():
        made.append(layer())

    for _ in range(2):
        thread = threading.Thread(target=lambda: asyncio.run(make()))
        thread.start()
        thread.join()
    assert made[0] is not made[1]
