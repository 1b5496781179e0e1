"""What pages are told can be read in the log."""

from __future__ import annotations

import logging
import re

import pytest

from liveactions import HTML, Component, Confirm, Download, Notify, Signal, Toast, action
from liveactions.results import Chunk, Patch, Reference
from liveactions.runtime.journal import readable


@pytest.fixture
def journal(caplog) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "liveactions.results")
    return caplog


def lines(journal: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in journal.records if record.name == "liveactions.results"]


class Speaker(Component):
    name = "tests_journal.speaker"
    template = "<p>{{ said }}</p>"
    said: int = 0

    @action
    def speak(self):
        self.said += 1
        return [Toast("Hello"), Notify("You")]

    @action
    def streamed(self):
        yield Toast("One")
        yield Toast("Two")

    @action
    def download(self):
        return Download("a.bin", b"secret" * 20_000)


async def test_every_result_is_one_line_with_its_page_component_and_call(connect, journal):
    wire = await connect()
    await wire.place("tests_journal.speaker")
    answer = await wire.call(1, "speak")
    told = [line for line in lines(journal) if f"call {answer.call}:" in line]
    head = f"Page {wire.page_id}, component tests_journal.speaker, call {answer.call}: "
    assert all(line.startswith(head) for line in told)
    assert [line.removeprefix(head).partition("(")[0] for line in told] == ["Whole", "Toast", "Notify"]
    assert told[1] == f"{head}Toast(message='Hello')"


async def test_streamed_results_are_there_as_they_go(connect, journal):
    wire = await connect()
    await wire.place("tests_journal.speaker")
    await wire.call(1, "streamed")
    assert [re.findall(r"message='(\w+)'", line) for line in lines(journal)] == [["One"], ["Two"]]


async def test_the_pieces_of_a_file_are_there_without_what_is_in_them(connect, journal):
    wire = await connect()
    await wire.place("tests_journal.speaker")
    await wire.call(1, "download")
    told = "\n".join(lines(journal))
    assert "size=120000" in told and "data=<49152 bytes>" in told
    assert "secret" not in told


async def test_nothing_is_written_and_nothing_worked_out_while_nobody_reads(connect, caplog, monkeypatch):
    caplog.set_level(logging.INFO, "liveactions.results")
    monkeypatch.setattr("liveactions.runtime.journal.readable", lambda _: pytest.fail("it was worked out"))
    wire = await connect()
    await wire.place("tests_journal.speaker")
    await wire.call(1, "speak")
    assert lines(caplog) == []


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (Toast("Saved", level="success"), "Toast(message='Saved', level='success')"),
        (Toast("two\nlines"), r"Toast(message='two\nlines')"),
        (Signal("count", {"a": [1, 2]}), "Signal(name='count', value={'a': [1, 2]})"),
        (Reference("secret"), "Reference(token=…)"),
        (Toast("a", action=Reference("secret")), "Toast(message='a', action=Reference(token=…))"),
        (Download("a.pdf", url="/live/files/secret"), "Download(filename='a.pdf', url=…)"),
        (Download("a.txt", b"secret"), "Download(filename='a.txt', content=<6 bytes>)"),
        (Chunk(7, b"secret"), "Chunk(download=7, data=<6 bytes>)"),
        (Confirm("Sure?", token="secret"), "Confirm(message='Sure?', token=…)"),
        (HTML("<b live-token='secret'>"), "HTML(content=\"<b live-token='…'>\")"),
        (
            HTML('<input name="csrfmiddlewaretoken" value="secret">'),
            'HTML(content=\'<input name="csrfmiddlewaretoken" value="…">\')',
        ),
    ],
)
def test_a_result_is_readable_and_tells_no_secret(result, line):
    assert readable(result) == line


def test_long_markup_is_cut():
    assert len(readable(HTML("<p>" * 10_000))) < 250


def test_a_line_ends_however_much_there_is_to_say():
    assert len(readable(Patch([["x" * 150] * 50] * 50))) <= 1002
    assert len(readable(Signal("a", {str(n): "y" * 300 for n in range(500)}))) <= 1002
