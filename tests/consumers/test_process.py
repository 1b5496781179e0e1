"""This process as the host of page sessions."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import pytest

from liveactions.consumers import process
from liveactions.runtime import Limits, Pages
from liveactions.templating import renderer
from liveactions.threads import runner


async def test_each_event_loop_has_its_own_pages(connect):
    def in_another_loop() -> bool:
        async def look() -> bool:
            return process.pages() is here

        return asyncio.run(look())

    here = process.pages()
    assert process.pages() is here
    assert await asyncio.to_thread(in_another_loop) is False


async def test_pages_of_a_process_share_its_threads_and_its_templates(connect):
    host = process.pages().host
    assert host.runner is runner()
    assert host.renderer is renderer()


@pytest.mark.parametrize("name", [limit.name for limit in fields(Limits)])
async def test_every_limit_can_be_set(connect, settings, name):
    value = type(getattr(Limits(), name))(7)
    settings.LIVEACTIONS = {name.upper(): value}
    assert getattr(process.pages().host.limits, name) == value


async def test_the_test_kit_may_bring_its_own_pages(connect):
    own = Pages(process.host(runner()))
    process.adopt(own)
    assert process.pages() is own
