"""Files that a page was handed."""

from __future__ import annotations

import pytest

from liveactions.results import Chunk, Download
from liveactions.testing.files import Files
from tests.testing.asking import Desk


@pytest.fixture
def page(live):
    return live.open(Desk)


def test_files_are_put_together_from_their_pieces(page):
    for which in ("small", "large", "linked"):
        page.call("say", which=which)
    small, large, linked = page.downloads
    assert (small.filename, small.mimetype, small.content) == ("a.txt", "text/plain", b"small")
    assert large.content == bytes(200_000)
    assert large.complete
    assert (linked.url, linked.content) == ("/c.txt", None)


def test_a_file_of_which_pieces_are_missing_is_not_complete():
    files = Files()
    files.begin(Download("a.bin", size=4, id=7))
    assert files.add(Chunk(7, b"ab"))
    assert (files.all[0].content, files.all[0].complete) == (b"ab", False)
    assert files.add(Chunk(7, b"cd"))
    assert (files.all[0].content, files.all[0].complete) == (b"abcd", True)


def test_a_piece_of_nothing_is_a_diagnostic(page):
    page.stage.perform(Chunk(3, b"x"), None)
    assert page.diagnostics == ["A piece came of download 3, which has not begun."]
