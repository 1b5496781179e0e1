"""Who may open an event stream, what it says, and when it ends."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import User

from liveactions import Component, Download, action
from liveactions.consumers import process
from liveactions.fallback import serve_stream, streams
from liveactions.threads import runner
from liveactions.wire.frames import Bye
from tests.consumers.test_revocation import sign_out
from tests.streams import StreamWire, events_in, fetch, http_scope
from tests.wires import Wire, session_of

pytestmark = pytest.mark.usefixtures("connect")


class Piece(Component):
    name = "streams.piece"
    template = "<p>{{ n }}</p>"
    n: int = 0

    @action
    def add(self, data: bytes = b"") -> None:
        self.n += 1 + len(data)

    @action
    def file(self) -> Download:
        return Download("a.bin", bytes(range(256)))


@pytest.fixture
async def wire():
    opened = StreamWire({}, None)
    yield opened
    await opened.drop()


async def test_no_proxy_is_to_keep_it_or_hold_it_back(wire):
    heard = []
    hear = wire.hear

    async def listen(message):
        heard.append(message)
        await hear(message)

    wire.hear = listen
    await wire.dial()
    headers = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in headers


async def test_bytes_come_as_they_are_in_both_directions(wire):
    await wire.open()
    await wire.place("streams.piece")
    answer = await wire.call(1, "file")
    assert bytes(range(256)) in answer.items[0]
    wire.send([4, 3, wire.ack, 1, "add", {"data": b"\x00\xff"}])
    assert "3" in (await wire.answer(3)).items[0][2]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_another_site_cannot_open_one(wire, site):
    status, _, body = await fetch(serve_stream, http_scope(wire, "GET", "/live/stream", sec_fetch_site=site))
    assert status == 403
    assert '"origin.foreign"' in body.decode()
    assert events_in(body.decode())[1] == ("close", "4403")


async def test_a_browser_that_says_only_its_origin_is_believed(wire):
    evil = http_scope(StreamWire({}, None), "GET", "/live/stream", origin="http://evil.example")
    assert (await fetch(serve_stream, evil))[0] == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_it_can_only_be_fetched(wire, method):
    status, _, _ = await fetch(serve_stream, http_scope(wire, method, "/live/stream"))
    assert status == 405


async def test_a_page_of_another_version_is_told_so(wire):
    wire.scope["subprotocols"] = ["liveactions.9"]
    status, _, body = await fetch(serve_stream, http_scope(wire, "GET", "/live/stream"))
    assert status == 426
    assert events_in(body.decode())[1] == ("close", "4426")


async def test_where_the_fallback_is_off_there_is_no_door(wire, settings):
    settings.LIVEACTIONS = {"FALLBACK": False}
    status, _, _ = await fetch(serve_stream, http_scope(wire, "GET", "/live/stream"))
    assert status == 404


async def test_opening_one_makes_no_page_and_it_ends_if_nothing_is_posted(wire, settings):
    settings.LIVEACTIONS = {"JOIN_TIMEOUT": 0.05}
    await wire.dial()
    await asyncio.wait_for(wire.task, 5)
    assert process.pages().by_id == {}
    assert streams.streams() == {}


async def test_a_page_can_go_from_a_socket_to_a_stream_and_back_with_all_it_has(connect, wire):
    socket = await connect()
    await socket.place("streams.piece")
    await socket.call(1, "add")
    ack, token = socket.ack, socket.token
    await socket.drop()

    wire.number, wire.ack = socket.number, ack
    assert (await wire.open([token, ack, {}])).recovered
    assert "2" in (await wire.call(1, "add")).items[0][2]
    token, ack, number = wire.token, wire.ack, wire.number
    await wire.drop()

    back = Wire({}, None)
    back.number, back.ack = number, ack
    assert (await back.open([token, ack, {}])).recovered
    assert "3" in (await back.call(1, "add")).items[0][2]
    await back.drop()


@pytest.mark.django_db(transaction=True)
async def test_who_signs_out_is_out_there_as_well():
    user = await runner().run(lambda: User.objects.create_user("ana"))
    wire = StreamWire({"sessionid": await runner().run(lambda: session_of(user))}, user)
    await wire.open()
    await runner().run(lambda: sign_out(wire))
    assert await wire.bye() == ("user.changed", 4401)
    await asyncio.wait_for(wire.task, 5)


async def test_a_page_that_does_not_read_is_closed_as_too_slow_and_holds_little(wire, settings):
    settings.LIVEACTIONS = {"MAX_OUTBOX": 10_000}
    await wire.open()
    page = wire.page
    wire.hold()
    for _ in range(100):
        page.push(Bye("x", "y" * 1_000))
    assert page.outbox.overflowed
    process.pages().check(page)
    assert not page.connected
    wire.reading.set()


async def test_a_last_word_counts_though_the_stream_has_ended_before(wire):
    await wire.open()
    page = wire.page
    wire.inbox.put_nowait({"type": "http.disconnect"})
    for _ in range(20):  # what is to happen at once has happened
        await asyncio.sleep(0)
    wire.send([2])
    await asyncio.wait_for(wire.task, 5)
    assert page.ended
