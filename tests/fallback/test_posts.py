"""What may be posted to an event stream, by whom, and what is answered."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import User
from django.core import signing

from liveactions.errors import BusUnavailable
from liveactions.fallback import serve_frames, streams
from tests.streams import StreamWire, events_in, fetch, http_scope, post
from tests.wires import session_of

pytestmark = pytest.mark.usefixtures("connect")


@pytest.fixture
async def wire():
    opened = StreamWire({}, None)
    await opened.open()
    yield opened
    await opened.drop()


def code_of(body: bytes) -> str:
    """The code of the BYE that a post was answered with."""
    return events_in(body.decode())[0][1].split('"')[1]


async def refused(wire: StreamWire, address: str, body: bytes = b"[1,0]") -> tuple[int, str]:
    status, _, told = await post(wire, address, body)
    return status, code_of(told)


async def test_what_is_taken_is_answered_with_nothing(wire):
    status, headers, body = await post(wire, wire.address, b"[1,0]\n[1,0]\n\n")
    assert (status, body) == (204, b"")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://testserver.evil.example", ""])
async def test_a_page_of_another_site_cannot_post(wire, origin):
    stranger = StreamWire({}, None, origin=origin)
    assert await refused(stranger, wire.address) == (403, "origin.foreign")


async def test_without_an_origin_nothing_is_taken(wire):
    scope = http_scope(wire, "POST", "/live/frames", x_live_stream=wire.address)
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"origin"]
    status, _, body = await fetch(serve_frames, scope, b"[1,0]")
    assert (status, code_of(body)) == (403, "origin.foreign")


async def test_two_sites_that_may_connect_do_not_share_a_stream(wire, settings):
    settings.LIVEACTIONS = {"ORIGINS": ["https://other.example"]}
    other = StreamWire({}, None, origin="https://other.example")
    assert await refused(other, wire.address) == (403, "origin.foreign")


@pytest.mark.parametrize("address", ["", "x", "a:b:c", "signed for another purpose"])
async def test_an_address_that_was_not_made_here_leads_nowhere(wire, address):
    if " " in address:
        address = signing.dumps([wire_id(wire), "", ""], salt="something.else")
    assert await refused(wire, address) == (410, "stream.gone")


@pytest.mark.django_db(transaction=True)
async def test_the_address_is_of_no_use_in_another_browser_session(wire):
    key = await asyncio.to_thread(lambda: session_of(User.objects.create_user("ana")))
    thief = StreamWire({"sessionid": key}, None)
    assert await refused(thief, wire.address) == (410, "stream.gone")


async def test_a_stream_that_has_ended_takes_nothing_more(wire):
    await wire.drop()
    assert await refused(wire, wire.address) == (410, "stream.gone")


async def test_a_body_is_bounded(wire):
    assert await refused(wire, wire.address, b"x" * (4 * 65_536 + 1)) == (413, "frame.too_large")


async def test_what_waits_is_bounded(wire):
    stream = streams.streams()[wire_id(wire)]
    stream.waiting = streams.max_body()
    assert await refused(wire, wire.address) == (429, "rate.exceeded")
    stream.waiting = 0


def wire_id(wire: StreamWire) -> str:
    return str(signing.loads(wire.address, salt=streams.SALT)[0])


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
async def test_frames_can_only_be_posted(wire, method):
    scope = http_scope(wire, method, "/live/frames", x_live_stream=wire.address)
    status, _, _ = await fetch(serve_frames, scope, b"[1,0]")
    assert status == 405


async def test_where_the_fallback_is_off_there_is_no_door(wire, settings):
    settings.LIVEACTIONS = {"FALLBACK": False}
    status, _, _ = await post(wire, wire.address, b"[1,0]")
    assert status == 404


async def test_an_unanswered_post_for_another_process_is_not_said_to_be_taken(wire, settings, monkeypatch):
    class Silent:
        async def ask(self, name, question):
            assert name == "live!other"
            assert question["body"] == b"[1,0]"
            raise BusUnavailable("Another process did not answer.")

    settings.LIVEACTIONS = {"REDIS_URL": "redis://nowhere"}
    monkeypatch.setattr("liveactions.fallback.posts.relay_here", Silent)
    address = signing.dumps(["elsewhere", "live!other", ""], salt=streams.SALT)
    assert await refused(wire, address) == (503, "bus.unavailable")
    settings.LIVEACTIONS = {}
