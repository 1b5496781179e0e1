"""Frames as data."""

from __future__ import annotations

import pytest

from liveactions.errors import Refusal
from liveactions.wire.frames import PAGE_FRAMES, SERVER_FRAMES, Call, Leave, Resume, refusal_to_wire


def test_a_frame_is_a_line_of_a_log():
    assert str(Call(2, 1, 3, "increment", {"by": 2})) == (
        "CALL number=2 ack=1 component=3 action='increment' args={'by': 2} event=None flags=None"
    )
    assert str(Leave()) == "LEAVE"


def test_a_long_value_is_shortened_in_a_log():
    assert len(str(Call(2, 1, 3, "x" * 1000, {}))) < 200


@pytest.mark.parametrize("frames", [PAGE_FRAMES, SERVER_FRAMES])
def test_kinds_are_counted_without_a_hole(frames):
    assert sorted(frames) == list(range(len(frames)))
    assert all(frame.kind == kind for kind, frame in frames.items())


def test_a_refusal_without_detail_leaves_it_out():
    assert refusal_to_wire(Refusal("a.b", "page", "No.")) == ["a.b", "page", "No."]
    assert refusal_to_wire(Refusal("a.b", "page", "No.", {})) == ["a.b", "page", "No."]
    assert refusal_to_wire(Refusal("a.b", "page", "No.", {"path": "x"})) == ["a.b", "page", "No.", {"path": "x"}]


def test_what_resumes_may_leave_out_its_positions():
    assert Resume("t", 3).positions is None
