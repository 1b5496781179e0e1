"""The programs door: what a browser fetches once for every template, and keeps."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from liveactions import Component
from liveactions.http import serve_program
from liveactions.templating import template_of
from liveactions.templating.program import Program, looked_up


class Tally(Component):
    name = "programs_door.tally"
    template = "<p class='{{ mood }}'>{{ count }}</p>"
    count: int = 0
    mood: str = "calm"


def program() -> Program:
    found = looked_up(template_of(Tally), Tally)
    assert isinstance(found, Program)
    return found


async def ask(name: str = "", method: str = "GET", **headers: str) -> tuple[int, dict[bytes, bytes], bytes]:
    """The status, the headers and the body of an answer; without a name, for the program of ``Tally``."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    path = f"/live/programs/{name or f'{program().hash}.json'}"
    written = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    await serve_program({"type": "http", "method": method, "path": path, "headers": written}, None, send)
    start, body = sent
    assert (start["type"], body["type"]) == ("http.response.start", "http.response.body")
    return start["status"], dict(start["headers"]), body["body"]


async def test_a_known_program_is_served_as_json():
    status, headers, body = await ask()
    assert (status, headers[b"content-type"]) == (200, b"application/json")
    assert body == program().form
    assert json.loads(body)["wrapped"] is False


async def test_a_program_is_kept_for_ever():
    _, headers, _ = await ask()
    assert headers[b"cache-control"] == b"public, max-age=31536000, immutable"


async def test_a_program_is_packed_for_those_who_can_unpack_it():
    _, headers, body = await ask(accept_encoding="br, gzip")
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert gzip.decompress(body) == program().form


async def test_caches_tell_packed_programs_from_others():
    for accepted in ({}, {"accept_encoding": "gzip"}):
        _, headers, _ = await ask(**accepted)
        assert headers[b"vary"] == b"accept-encoding"
    _, headers, _ = await ask(accept_encoding="identity")
    assert b"content-encoding" not in headers


async def test_head_answers_as_get_without_the_body():
    assert await ask(method="HEAD") == (*(await ask())[:2], b"")


@pytest.mark.parametrize("name", ["AAAAAAAAAAAA.json", ".json", "..json", "ä.json"])
async def test_an_unknown_program_is_not_found_and_nobody_remembers_that(name):
    status, headers, body = await ask(name)
    assert (status, headers[b"cache-control"], body) == (404, b"no-store", b"")


async def test_a_hash_without_its_ending_is_not_an_address():
    assert (await ask(program().hash))[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_a_program_can_only_be_read(method):
    status, headers, body = await ask(method=method)
    assert (status, headers[b"cache-control"], body) == (404, b"no-store", b"")
