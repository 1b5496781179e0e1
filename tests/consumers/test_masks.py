"""What a mask costs where this process runs."""

from __future__ import annotations

from time import thread_time

import pytest
from autobahn.websocket import xormasker

from liveactions.consumers.masks import MARGIN, SAMPLE, SWIFT, autobahns

TAKES = 0.02


class Slow:
    """A mask that is taken off without C code, on a slow machine."""

    def process(self, data: bytes) -> bytes:
        until = thread_time() + TAKES
        while thread_time() < until:
            pass
        return data


@pytest.fixture(autouse=True)
def _measured_anew():
    autobahns.cache_clear()
    yield
    autobahns.cache_clear()


def test_where_it_takes_long_a_byte_may_take_so_long(monkeypatch):
    monkeypatch.setattr(xormasker, "create_xor_masker", lambda mask, length: Slow())
    assert MARGIN * TAKES <= autobahns() * len(SAMPLE) < 2 * MARGIN * TAKES


def test_where_it_takes_no_time_a_byte_may_take_some(monkeypatch):
    monkeypatch.setattr("liveactions.consumers.masks.thread_time", lambda: 1.0)
    assert autobahns() == SWIFT


def test_it_is_measured_once(monkeypatch):
    first = autobahns()
    monkeypatch.setattr(xormasker, "create_xor_masker", None)
    assert autobahns() == first
