"""What is counted when somebody asks."""

from __future__ import annotations

import pytest

from liveactions import Component, SharedComponent
from liveactions.operations.gauges import families

pytestmark = pytest.mark.django_db(transaction=True)


class Still(Component):
    name = "gauges.still"
    template = "<p>Still</p>"


def now(name: str) -> dict[str, float]:
    family = next(family for family in families() if family.name == f"liveactions_{name}")
    return {next(iter(sample.labels.values()), ""): sample.value for sample in family.samples}


async def test_pages_are_told_by_whether_they_have_a_socket(connect):
    before = now("pages")
    wire = await connect()
    await wire.mount(await wire.embed("gauges.still"))
    assert now("pages")["connected"] == before["connected"] + 1
    assert now("components")[""] >= 1
    await wire.drop()
    assert now("pages")["waiting"] == before["waiting"] + 1


async def test_what_waits_for_a_slow_page_is_told(connect):
    wire = await connect()
    wire.hold()
    for _ in range(3):
        wire.page.outbox.push(b"x" * 1000)
    told = now("outbox_bytes")
    wire.reading.set()
    assert told["max"] >= 2000 <= told["sum"]


def test_threads_are_told_with_how_many_may_be():
    assert now("threads")["allowed"] == 32


class Board(SharedComponent):
    name = "gauges.board"
    template = "<p>Board</p>"


async def test_shared_components_are_told_as_often_as_they_are_different(connect):
    before = now("shared")[""]
    wires = [await connect() for _ in range(3)]
    for wire in wires:
        await wire.mount(await wire.embed("gauges.board"))
    assert now("shared")[""] == before + 1
    for wire in wires:
        await wire.leave()
