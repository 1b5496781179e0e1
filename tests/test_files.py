"""What becomes of files that actions answer with."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from urllib.parse import unquote

import pytest

from liveactions import Component, Download, Toast, abroadcast, action, audience
from liveactions.components import ActionRequest
from liveactions.errors import ResultError, TokenError
from liveactions.files import LARGE, Spooled, offer, offer_at, spool
from liveactions.results import Chunk, Reference, perform
from liveactions.results.words.leaving import PIECE
from liveactions.wire.frames import Answer, Apply
from tests.wires import items, refusal

SECRET = "a-folder-nobody-hears-of"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings) -> Path:
    """Where files of our own are written in these tests."""
    settings.LIVEACTIONS = {"DOWNLOAD_DIR": str(tmp_path / "spooled")}
    return tmp_path / "spooled"


@pytest.fixture
def report(tmp_path) -> Path:
    """A file of the application."""
    path = tmp_path / SECRET / "report.pdf"
    path.parent.mkdir()
    path.write_bytes(b"%PDF" * 1000)
    return path


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def token_of(download: Download) -> str:
    assert download.url is not None
    return download.url.rpartition("/")[2]


# What a download becomes -------------------------------------------------------------------------------------


def test_a_file_is_offered_by_address_with_its_size(report):
    offered = offer(Download("report.pdf", path=report, mimetype="application/pdf"), None)
    assert (offered.filename, offered.mimetype, offered.size) == ("report.pdf", "application/pdf", 4000)
    assert offered.url.startswith("/live/files/") and offered.path is None and offered.content is None


def test_the_address_is_below_the_path_of_the_socket(report, settings):
    settings.LIVEACTIONS = {"PATH": "/sockets"}
    assert offer(Download("a", path=report), None).url.startswith("/sockets/files/")


def test_the_mimetype_is_not_guessed(report):
    assert offer(Download("report.pdf", path=report), None).mimetype == "application/octet-stream"


@pytest.mark.parametrize("size", [0, PIECE, PIECE + 1, LARGE])
def test_content_that_the_socket_can_carry_stays(size):
    download = Download("a", b"x" * size)
    assert perform(download, ActionRequest()) is download


async def test_more_content_is_given_a_file_that_goes_with_the_download(folder):
    offered = offer(Download("a", b"x" * (LARGE + 1)), None)
    assert offered.size == LARGE + 1
    found = await offer_at(token_of(offered), once=True)
    assert found.passing and read(found.path) == b"x" * (LARGE + 1)
    assert list(folder.iterdir()) == [Path(found.path)]


async def test_a_file_of_the_application_is_its_own(report):
    assert not (await offer_at(token_of(offer(Download("a", path=report), None)), once=True)).passing


def test_an_address_of_the_applications_own_stays():
    download = Download("a", url="/media/a.pdf")
    assert perform(download, ActionRequest()) is download


@pytest.mark.parametrize("path", ["missing.pdf", ".", "nul\0byte"])
def test_what_is_no_file_is_an_error_of_the_application(path, tmp_path):
    with pytest.raises(ResultError, match="path="):
        offer(Download("a", path=tmp_path / path), None)


def test_a_store_that_is_away_is_an_error(report, monkeypatch):
    monkeypatch.setattr("liveactions.files.put_now", lambda *_: False)
    with pytest.raises(ResultError) as error:
        offer(Download("a", path=report), None)
    assert error.value.code == "bus.unavailable"


# Addresses ---------------------------------------------------------------------------------------------------


async def test_an_address_works_once_and_looking_at_it_does_not_count(report):
    token = token_of(offer(Download("a", path=report), None))
    for once in (False, False, True):
        assert (await offer_at(token, once=once)).path == str(report.resolve())
    with pytest.raises(TokenError) as used:
        await offer_at(token, once=True)
    assert used.value.code == "token.expired"


async def test_an_address_is_good_for_a_stated_time(report, settings, monkeypatch):
    settings.LIVEACTIONS = {"DOWNLOAD_AGE": 60}
    tokens = [token_of(offer(Download("a", path=report), None)) for _ in range(2)]
    begun = time.monotonic()
    monkeypatch.setattr("liveactions.store.values.time.monotonic", lambda: begun + 59)
    assert await offer_at(tokens[0], once=True)
    monkeypatch.setattr("liveactions.store.values.time.monotonic", lambda: begun + 61)
    with pytest.raises(TokenError):
        await offer_at(tokens[1], once=True)


async def test_a_forged_address_leads_nowhere(report):
    token = token_of(offer(Download("a", path=report), None))
    key, rest = token.split(":", 1)
    for forged in ("", "x", f"{key}x:{rest}", f"{key}:{rest}x", rest):
        with pytest.raises(TokenError) as error:
            await offer_at(forged, once=True)
        assert error.value.code == "token.forged"
    assert await offer_at(token, once=True)


def test_an_address_names_no_path(report):
    assert SECRET not in unquote(offer(Download("a", path=report), None).url)


# Files of our own --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunks", [[b"ab", b"c"], (part for part in (b"a", b"bc")), io.BytesIO(b"abc")])
def test_a_file_is_made_of_pieces_or_of_an_open_file(chunks):
    assert Path(Download.from_chunks("a.txt", chunks).path).read_bytes() == b"abc"


def test_nobody_else_may_read_a_file_of_our_own(folder):
    path = Path(spool([b"secret"]))
    assert (path.stat().st_mode & 0o077, folder.stat().st_mode & 0o077) == (0, 0)


def test_nothing_is_left_behind_of_a_file_that_could_not_be_made(folder):
    def chunks():
        yield b"half"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        spool(chunks())
    with pytest.raises(ResultError, match="got str"):
        spool(["text"])
    assert list(folder.iterdir()) == []


def test_a_wrong_name_is_refused_before_anything_is_written(folder):
    with pytest.raises(ResultError):
        Download.from_chunks("../a", [b"x"])
    assert not folder.exists()


def test_what_was_never_fetched_is_deleted_by_and_by_and_nothing_else(folder, settings):
    old, young = Path(spool([b"old"])), Path(spool([b"young"]))
    strange = folder / "somebody.download"
    strange.touch()
    for path in (old, strange):
        os.utime(path, (1, 1))
    spool([b"new"])
    assert (old.exists(), young.exists(), strange.exists()) == (False, True, True)


def test_without_a_setting_the_folder_is_private(settings, tmp_path, monkeypatch):
    settings.LIVEACTIONS = {}
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    place = Path(spool([b"x"])).parent
    assert place.parent == tmp_path and place.stat().st_mode & 0o077 == 0
    place.chmod(0o755)
    with pytest.raises(ResultError, match=r"not private.*DOWNLOAD_DIR"):
        spool([b"x"])


def test_a_link_in_place_of_the_private_folder_is_refused(settings, tmp_path, monkeypatch):
    settings.LIVEACTIONS = {}
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    place = Path(spool([b"x"])).parent
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResultError, match="not private"):
        spool([b"x"])


# On the wire -------------------------------------------------------------------------------------------------


class Archive(Component):
    name = "tests_files.archive"
    template = "<p>Archive</p>"
    path: str = ""

    def topics(self):
        return ["archive"]

    @action
    def fetch(self):
        return [Toast("Here it is"), Download("report.pdf", path=self.path)]

    @action
    async def fetch_later(self):
        return Download("report.pdf", path=self.path)

    @action
    def made(self):
        return Download.from_chunks("made.txt", [b"made"])

    @action
    def middle(self, size: int):
        return [Download("middle.bin", bytes(range(256)) * (size // 256)), Toast("Done")]

    @action
    def button(self):
        return Toast("Ready", action=Download("report.pdf", path=self.path))

    @action
    def missing(self):
        return Download("report.pdf", path=f"{self.path}.missing")


@pytest.mark.parametrize("name", ["fetch", "fetch_later"])
async def test_an_action_answers_with_a_file_and_the_page_gets_an_address(connect, report, name):
    wire = await connect()
    await wire.place("tests_files.archive", path=str(report))
    answer = await wire.call(1, name)
    offered = items(answer)[-1][1]
    assert (await offer_at(token_of(offered), once=True)).path == str(report.resolve())
    assert SECRET not in repr(answer)


async def test_a_file_that_was_made_for_a_page_goes_when_it_was_fetched(connect):
    wire = await connect()
    await wire.place("tests_files.archive")
    ((_, offered),) = items(await wire.call(1, "made"))
    assert (await offer_at(token_of(offered), once=True)).passing


@pytest.mark.parametrize("size", [2 * PIECE + 256, LARGE])
async def test_content_for_more_than_one_frame_comes_in_pieces_before_what_follows(connect, size):
    wire = await connect()
    await wire.place("tests_files.archive")
    answer = await wire.call(1, "middle", size=size)
    frames = [frame for frame in wire.frames if isinstance(frame, (Apply, Answer)) and frame.call == answer.call]
    told = [result for frame in frames for _, result in items(frame)]
    head, *chunks, toast = told
    assert (head.filename, head.size, head.content) == ("middle.bin", size, None)
    assert {type(chunk) for chunk in chunks} == {Chunk} and {chunk.download for chunk in chunks} == {head.id}
    assert b"".join(chunk.data for chunk in chunks) == bytes(range(256)) * (size // 256)
    assert toast == Toast("Done")
    assert max(sum(type(result) is Chunk for _, result in items(frame)) for frame in frames) == 1


async def test_a_missing_file_is_an_error_that_tells_the_page_nothing(connect, report):
    wire = await connect()
    await wire.place("tests_files.archive", path=str(report))
    answer = await wire.call(1, "missing")
    assert refusal(answer).code == "result.invalid"
    assert SECRET not in repr(answer)


async def test_behind_a_button_there_is_a_reference_and_each_click_makes_an_address(connect, report):
    wire = await connect()
    await wire.place("tests_files.archive", path=str(report))
    answer = await wire.call(1, "button")
    ((_, toast),) = items(answer)
    assert type(toast.action) is Reference and SECRET not in repr(answer)
    urls = set()
    for _ in range(2):
        ((_, offered),) = items(await wire.call(1, "@perform", {"token": toast.action.token}))
        urls.add(offered.url)
        assert (await offer_at(token_of(offered), once=True)).path == str(report.resolve())
    assert len(urls) == 2


@pytest.mark.parametrize("kind", ["path", "much", "made"])
async def test_a_file_for_many_is_a_reference_that_each_page_performs_for_itself(connect, report, kind):
    download = {
        "path": lambda: Download("all.bin", path=report),
        "much": lambda: Download("all.bin", b"x" * (LARGE + 1)),
        "made": lambda: Download.from_chunks("all.bin", [b"made"]),
    }[kind]()
    wires = [await connect(), await connect()]
    for wire in wires:
        await wire.place("tests_files.archive")
    await abroadcast("archive", download)
    told = []
    for wire in wires:
        frame = await wire.next(Apply, lambda frame: frame.stream == "archive")
        ((_, reference),) = items(frame)
        assert type(reference) is Reference and SECRET not in repr(frame)
        ((_, offered),) = items(await wire.call(0, "@perform", {"token": reference.token}))
        told.append(await offer_at(token_of(offered), once=True))
    assert len({read(each.path) for each in told}) == 1
    assert [each.passing for each in told] == [kind == "much"] * 2  # nobody takes a file away from the others


async def test_a_small_file_for_everyone_goes_as_it_is(connect):
    wire = await connect()
    await wire.place("tests_files.archive")
    await abroadcast(audience.everyone, Download("note.txt", b"Hello"))
    frame = await wire.next(Apply, lambda frame: frame.stream == "@all")
    assert items(frame) == [(None, Download("note.txt", b"Hello"))]


def test_the_path_of_a_file_of_our_own_is_an_ordinary_text_elsewhere():
    assert type(Download.from_chunks("a", [b"x"]).path) is Spooled
    assert Spooled("/a") == "/a"
