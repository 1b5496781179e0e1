"""A file over the socket: one frame if it is small, else its head and its pieces."""

from __future__ import annotations

import pytest

from liveactions import Component, Download, Toast, action
from liveactions.results import Chunk
from liveactions.results.words.leaving import PIECE
from liveactions.runtime.downloads import parted, pieces
from tests.wires import items

CONTENT = bytes(range(256)) * 700


class Files(Component):
    name = "downloads.files"
    template = "<p></p>"

    @action
    def get(self, size: int):
        return [Toast("before"), Download("a.bin", CONTENT[:size]), Toast("after")]


@pytest.mark.parametrize("size", [0, 1, PIECE])
def test_a_small_file_stays_in_one_piece(size):
    word = Download("a.bin", CONTENT[:size])
    assert list(pieces(word)) == [word]


@pytest.mark.parametrize("size", [PIECE + 1, PIECE * 2, len(CONTENT)])
def test_a_larger_one_becomes_a_head_and_pieces(size):
    head, *chunks = pieces(Download("a.bin", CONTENT[:size], "text/plain"))
    assert (head.content, head.size, head.mimetype, head.local) == (None, size, "text/plain", False)
    assert b"".join(chunk.data for chunk in chunks) == CONTENT[:size]
    assert {chunk.download for chunk in chunks} == {head.id}
    assert max(len(chunk.data) for chunk in chunks) <= PIECE


def test_after_each_piece_a_new_frame_begins():
    a, b, c = (1, Toast("a")), (1, Chunk(1, b"x")), (1, Chunk(1, b"y"))
    assert parted([a, b, c, a]) == [[a, b], [c], [a]]
    assert parted([a, a]) == [[a, a]]
    assert parted([]) == [[]]


async def test_a_file_arrives_whole_and_in_its_place(connect):
    wire = await connect()
    await wire.place("downloads.files")
    number = wire.number + 1
    await wire.call(1, "get", size=len(CONTENT))
    frames = [frame for frame in wire.frames if getattr(frame, "call", None) == number]
    told = [result for frame in frames for _, result in items(frame)]
    assert told[0] == Toast("before") and told[-1] == Toast("after")
    assert b"".join(word.data for word in told if isinstance(word, Chunk)) == CONTENT
    assert len({word.id if isinstance(word, Download) else word.download for word in told[1:-1]}) == 1
    assert all(sum(isinstance(word, Chunk) for _, word in items(frame)) <= 1 for frame in frames)
