"""The files door: what a browser fetches from an address that works once."""

from __future__ import annotations

import asyncio
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.utils.http import parse_header_parameters

from liveactions import Download
from liveactions.errors import BusUnavailable, ResultError
from liveactions.files import offer
from liveactions.http import serve_file
from liveactions.http.files import disposition
from liveactions.signing import Seals


@pytest.fixture(autouse=True)
def folder(tmp_path, settings) -> Path:
    settings.LIVEACTIONS = {"DOWNLOAD_DIR": str(tmp_path / "spooled")}
    return tmp_path / "spooled"


def offered(filename: str = "a.bin", content: bytes = b"content", **more: Any) -> str:
    """The address of a new file of our own."""
    return str(offer(Download.from_chunks(filename, [content], **more), None).url)


class Answer:
    """An answer as it comes: ``status``, ``headers``, ``body``, and whether it was whole."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.pieces = 0
        self.whole = False

    async def take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode("ascii") for name, value in message["headers"]}
        else:
            self.body += message["body"]
            self.pieces += 1
            self.whole = not message.get("more_body", False)


async def ask(path: str, method: str = "GET", receive: Any = None, send: Any = None) -> Answer:
    answer = Answer()
    scope = {"type": "http", "method": method, "path": path, "headers": []}
    await serve_file(scope, receive or asyncio.Event().wait, send or answer.take)
    return answer


async def test_a_file_is_handed_over_to_be_stored_and_never_shown():
    answer = await ask(offered("page.html", b"<script>", mimetype="text/html"))
    assert (answer.status, answer.body, answer.whole) == (200, b"<script>", True)
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["content-length"] == "8"
    assert answer.headers["content-disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_large_file_comes_in_pieces():
    answer = await ask(offered(content=b"12345678" * 100_000))
    assert answer.body == b"12345678" * 100_000
    assert answer.pieces > 5


async def test_an_empty_file_is_a_file():
    answer = await ask(offered(content=b""))
    assert (answer.status, answer.body, answer.whole, answer.headers["content-length"]) == (200, b"", True, "0")


# Once, and only here -----------------------------------------------------------------------------------------


async def test_the_second_fetch_is_refused_and_says_what_to_do():
    path = offered()
    assert (await ask(path)).status == 200
    again = await ask(path)
    assert (again.status, again.whole) == (410, True)
    assert again.body == b"This address was used, or is too old. Ask for the file again."
    assert again.headers["content-type"] == "text/plain; charset=utf-8"


async def test_of_many_that_fetch_at_once_one_gets_it():
    path = offered()
    answers = await asyncio.gather(*(ask(path) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] + [410] * 9


@pytest.mark.parametrize("path", ["/live/files/", "/live/files/x", "/live/files/a:b:c", "/live/files/ü"])
async def test_a_forged_address_is_refused(path):
    assert (await ask(path)).status == 404


async def test_a_token_for_something_else_is_refused():
    assert (await ask(f"/live/files/{Seals().seal('reference', ['file.x'])}")).status == 404


async def test_an_expired_address_is_refused(settings, monkeypatch):
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "TOKEN_AGE": 1000}
    path = offered()
    now = signing.time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 1001)
    assert (await ask(path)).status == 410


async def test_head_tells_the_size_and_leaves_the_file():
    path = offered()
    looked = await ask(path, "HEAD")
    assert (looked.status, looked.body, looked.headers["content-length"]) == (200, b"", "7")
    assert (await ask(path)).body == b"content"
    gone = await ask(path, "HEAD")
    assert (gone.status, gone.body) == (410, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_a_file_can_only_be_fetched(method):
    path = offered()
    answer = await ask(path, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert (await ask(path)).status == 200


async def test_while_the_store_is_away_nothing_of_it_is_told(monkeypatch):
    async def away(*_: object, **__: object) -> None:
        raise BusUnavailable("Redis at 10.0.0.7 is away.")

    path = offered()
    monkeypatch.setattr("liveactions.http.files.offer_at", away)
    answer = await ask(path)
    assert answer.status == 503 and b"10.0.0.7" not in answer.body


# What is left ------------------------------------------------------------------------------------------------


async def test_a_file_of_our_own_is_deleted_when_it_was_fetched(folder):
    path = offered()
    await ask(path)
    assert list(folder.iterdir()) == []


async def test_a_file_of_the_application_is_never_deleted(tmp_path):
    own = tmp_path / "own.pdf"
    own.write_bytes(b"own")
    assert (await ask(str(offer(Download("own.pdf", path=own), None).url))).body == b"own"
    assert own.read_bytes() == b"own"


async def test_a_file_that_has_gone_is_told_to_the_page_and_the_log(tmp_path, caplog):
    own = tmp_path / "hidden" / "own.pdf"
    own.parent.mkdir()
    own.touch()
    path = str(offer(Download("own.pdf", path=own), None).url)
    own.unlink()
    answer = await ask(path)
    assert answer.status == 410 and b"hidden" not in answer.body
    assert "DOWNLOAD_DIR" in caplog.text


async def test_who_leaves_in_the_middle_is_sent_no_more(folder):
    left, answer = asyncio.Event(), Answer()

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        await answer.take(message)
        if answer.pieces == 2:
            left.set()
            await asyncio.sleep(0)

    await ask(offered(content=b"x" * 10_000_000), receive=receive, send=send)
    assert answer.pieces < 10 and not answer.whole
    assert list(folder.iterdir()) == []


async def test_half_a_file_is_not_taken_for_a_whole_one(tmp_path, caplog):
    own, answer = tmp_path / "own.log", Answer()
    own.write_bytes(b"x" * 1_000_000)

    async def send(message: dict[str, Any]) -> None:
        await answer.take(message)
        if answer.pieces == 1:
            own.write_bytes(b"")

    path = str(offer(Download("own.log", path=own), None).url)
    with pytest.raises(OSError, match="shorter"):
        await ask(path, send=send)
    assert not answer.whole and "became shorter" in caplog.text


async def test_what_is_appended_meanwhile_is_not_part_of_it(tmp_path):
    own, answer = tmp_path / "own.log", Answer()
    own.write_bytes(b"x" * 1_000_000)

    async def send(message: dict[str, Any]) -> None:
        await answer.take(message)
        if answer.pieces == 1:
            with own.open("ab") as file:
                file.write(b"more")

    await ask(str(offer(Download("own.log", path=own), None).url), send=send)
    assert answer.body == b"x" * 1_000_000 and answer.whole


# Names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.pdf", 'attachment; filename="a b.pdf"'),
        ('say "hi".pdf', "attachment; filename=\"say _hi_.pdf\"; filename*=UTF-8''say%20%22hi%22.pdf"),
        ("Übersicht.pdf", "attachment; filename=\"Ubersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf"),
        ("注文.pdf", "attachment; filename=\".pdf\"; filename*=UTF-8''%E6%B3%A8%E6%96%87.pdf"),
        ("注文", "attachment; filename=\"download\"; filename*=UTF-8''%E6%B3%A8%E6%96%87"),
        ("100%41.pdf", "attachment; filename=\"100_41.pdf\"; filename*=UTF-8''100%2541.pdf"),
        ("tab\tbell\x07.pdf", 'attachment; filename="tab_bell_.pdf"'),
        ("cod\u202efdp.exe", 'attachment; filename="cod_fdp.exe"'),
    ],
)
async def test_a_name_is_safe_in_a_header_and_as_it_was_otherwise(name, header):
    answer = await ask(offered(name))
    assert answer.headers["content-disposition"] == header
    kind, parameters = parse_header_parameters(header)
    assert kind == "attachment"
    if name.isprintable():
        assert parameters["filename"] == name


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "a\nb", "../a", "a\0", "c:\\a"])
def test_a_name_with_lines_or_folders_is_no_name(name):
    with pytest.raises(ResultError, match="not the name of a file"):
        offered(name)


def test_the_door_trusts_no_name_that_is_offered_to_it():
    header = disposition("a\r\nSet-Cookie: x=1/../\ud800")
    assert "\r" not in header and "\n" not in header and "/" not in header.replace("filename*=UTF-8''", "")
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("text/html\r\nSet-Cookie: x=1", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("täxt/html", "application/octet-stream"),
    ],
)
async def test_a_wrong_type_is_not_put_into_a_header(given, sent):
    assert (await ask(offered(mimetype=given))).headers["content-type"] == sent
