"""What the package counts while pages are used, over the real socket door."""

from __future__ import annotations

import timeit
from time import perf_counter

import pytest

from liveactions import Component, Toast, action, broadcast
from liveactions.metrics import figures
from liveactions.metrics.values import Calls
from liveactions.wire.frames import Apply
from tests.wires import Wire

pytestmark = pytest.mark.django_db(transaction=True)


class Tally(Component):
    name = "figures.tally"
    template = "<p>{{ count }}</p>"
    count: int = 0

    def topics(self):
        return ["figures"]

    @action
    def add(self):
        self.count += 1

    @action
    def fail(self):
        raise RuntimeError("As planned.")


def counted() -> dict[tuple[str, ...], float]:
    """Every sample by name and labels."""
    return {
        (family.name + sample.suffix, *sample.labels.values()): sample.value
        for family in figures.families()
        for sample in family.samples
    }


async def grown(work) -> dict[tuple[str, ...], float]:
    before = counted()
    await work
    return {key: value - before.get(key, 0) for key, value in counted().items() if value != before.get(key, 0)}


async def mounted(connect, **options):
    wire = await connect(**options)
    await wire.mount(await wire.embed("figures.tally"))
    return wire


async def test_a_call_is_counted_with_its_action_its_frames_and_its_bytes(connect):
    wire = await mounted(connect)
    news = await grown(wire.call(1, "add"))
    assert news["liveactions_calls_total", "figures.tally", "add", "done"] == 1
    assert news["liveactions_call_seconds_count", "figures.tally", "add"] == 1
    assert (news["liveactions_frames_total", "in"], news["liveactions_frames_total", "out"]) == (1, 1)
    assert news["liveactions_frame_bytes_total", "in"] > 5 < news["liveactions_frame_bytes_total", "out"]
    assert news["liveactions_renders_total",] == 1
    assert news["liveactions_results_total", "whole"] == 1


async def test_whose_fault_it_was_is_told(connect):
    wire = await mounted(connect)
    news = await grown(wire.call(1, "fail"))
    assert news["liveactions_calls_total", "figures.tally", "fail", "application"] == 1


async def test_a_page_cannot_make_up_names(connect):
    wire = await mounted(connect)

    async def invent():
        await wire.call(1, "no_such_action")
        await wire.call(99, "add")

    news = await grown(invent())
    assert news["liveactions_calls_total", "figures.tally", "@unknown", "page"] == 1
    assert news["liveactions_calls_total", "", "@unknown", "page"] == 1
    assert not any("no_such_action" in key for key in counted())


async def test_a_broadcast_is_counted_where_it_is_published_and_for_each_page(connect):
    wires = [await mounted(connect), await mounted(connect)]

    async def tell():
        broadcast("figures", Toast("Hello"), on_commit=False)
        for wire in wires:
            await wire.next(Apply)

    news = await grown(tell())
    assert news["liveactions_news_published_total",] == 1
    assert news["liveactions_news_delivered_total",] == 2


async def test_a_page_that_comes_back_is_counted_as_recovered_or_not(connect):
    wire = await mounted(connect)
    token = wire.token
    await wire.drop()
    news = await grown(wire.open([token, 2, {}]))
    assert news["liveactions_resumes_total",] == news["liveactions_resumes_recovered_total",] == 1
    stranger = Wire({}, None)
    news = await grown(stranger.open(["unknown", 2, {}]))
    await stranger.drop()
    assert news["liveactions_resumes_total",] == 1
    assert ("liveactions_resumes_recovered_total",) not in news


def test_counting_a_call_costs_less_than_a_microsecond():
    calls = Calls()

    def count():
        began = perf_counter()
        calls.note("figures.tally", "add", "done", perf_counter() - began)
        figures.RENDERS.count += 0
        figures.PATCHES.count += 0
        figures.FRAMES_IN.count += 0
        figures.BYTES_IN.count += 0
        figures.FRAMES_OUT.count += 0
        figures.BYTES_OUT.count += 0

    times = 20_000
    # The best of many short rounds: a busy machine makes the others slow. Four times the figure, for slower ones.
    assert min(timeit.repeat(count, number=times, repeat=20)) / times < 4e-6
