"""What pages and server say to each other, readable."""

from __future__ import annotations

import json
import logging

import pytest

from liveactions import Component, action
from tests.wires import Wire

pytestmark = pytest.mark.django_db(transaction=True)


class Vault(Component):
    name = "recording.vault"
    template = "<p>{{ tries }}</p>"
    tries: int = 0

    @action
    def open_it(self, password: str, note: dict | None = None):
        self.tries += 1


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.DEBUG, "liveactions.frames")
    return lambda: [json.loads(r.getMessage()) for r in caplog.records if r.name == "liveactions.frames"]


async def test_both_sides_are_told_in_order_with_the_page_they_are_about(connect, lines):
    wire = await connect()
    await wire.mount(await wire.embed("recording.vault", tries=3))
    told = lines()
    assert {line["tab"] for line in told} == {wire.page_id}
    assert told[0]["page"] == [0, "test"]
    assert told[1]["server"][:2] == [0, "{token1}"]
    mount = next(line for line in told if "mounts" in line)
    assert mount["page"][3] == [["{mount1}", 0]]
    assert mount["mounts"] == {"mount1": {"component": "recording.vault", "id": 1, "params": {"tries": 3}}}


async def test_nothing_is_told_that_only_the_page_may_know(connect, lines):
    wire = await connect()
    html = await wire.embed("recording.vault")
    await wire.mount(html)
    await wire.call(1, "open_it", password="hunter2", note={"card_number": "4111", "text": "seen"})
    text = str(lines())
    assert "hunter2" not in text and "4111" not in text and "seen" in text
    assert wire.token not in text
    assert html.split('live-token="')[1].split('"')[0] not in text


async def test_a_page_that_comes_back_goes_on_under_its_names(connect, lines):
    wire = await connect()
    token = wire.token
    await wire.drop()
    again = Wire({}, None)
    await again.open([token, 1, {}])
    await again.drop()
    hello = [line["page"] for line in lines() if line.get("page", [None])[0] == 0][-1]
    assert hello[2][0] == "{token1}"
    assert len({line["tab"] for line in lines()}) == 1


async def test_nothing_is_written_unless_somebody_reads(connect, caplog):
    caplog.set_level(logging.INFO, "liveactions.frames")
    wire = await connect()
    await wire.mount(await wire.embed("recording.vault"))
    assert not [record for record in caplog.records if record.name == "liveactions.frames"]
