"""Frames as lines of JSON: another spelling of the same bytes, and nothing that bytes could not be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.errors import FrameError
from liveactions.wire import Connection, from_line, load, pack, to_line

texts = st.text(st.characters(codec="utf-8"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.binary()
)
keys = texts | st.sampled_from(["$bytes", "$$bytes", "$", "bytes"])
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner, max_size=3), max_leaves=20)


@given(values)
def test_what_is_written_in_a_line_is_read_from_it(value):
    line = to_line(pack(value))
    assert load(from_line(line.encode())) == value
    assert not {"\n", "\r"} & set(line), "a line of an event stream has no end inside"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (b"\x00\xff", '{"$bytes":"00ff"}'),
        ({"$bytes": "00ff"}, '{"$$bytes":"00ff"}'),
        ({"$bytes": 1, "more": 2}, '{"$bytes":1,"more":2}'),
        ("é\u2028", '"é\u2028"'),
        ([4, {"by": 1.5}], '[4,{"by":1.5}]'),
    ],
)
def test_a_value_is_this_line(value, line):
    assert to_line(pack(value)) == line


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[0] [0]",
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[0,\xff]",
        b'"\\ud800"',
        b'[{"$bytes":"0"}]',
        b'[{"$bytes":"zz"}]',
        b'[{"$bytes":7}]',
        b"[" + b"9" * 60_000 + b"]",
        b"[99999999999999999999]",
        "[0]".encode("utf-16"),
    ],
)
def test_what_is_not_json_or_not_of_the_protocol_is_refused(line):
    with pytest.raises(FrameError) as refused:
        from_line(line)
    assert refused.value.code == "frame.malformed"


@pytest.mark.parametrize("depth", [600, 2_000, 30_000])
def test_what_is_much_too_deep_is_refused_as_that(depth):
    with pytest.raises(FrameError) as refused:
        Connection(65_536).receive(from_line(b"[" * depth + b"]" * depth))
    assert refused.value.code == "frame.too_deep"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (
            [4, 1, 0, 1, "x", {"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}],
            "frame.too_deep",
        ),
        ([4, 1, 0, 1, "x", {"many": [0] * 10_001}], "frame.too_large"),
        ([4, 1, 0, 1, "x", {"long": "x" * 65_536}], "frame.too_large"),
        ([4, 1, 0, 1, "x", {"big": 2**53}], "frame.malformed"),
        ([4, 1, 0, 1, "x", {"big": -(2**53)}], "frame.malformed"),
        ([4, 1, 0, 1, "x", {"infinite": float("1e999")}], "frame.malformed"),
        ([77], "frame.unknown"),
        ({"kind": 4}, "frame.malformed"),
    ],
)
def test_a_line_is_held_to_what_every_frame_is_held_to(frame, code):
    line = json.dumps(frame).replace("Infinity", "1e999").encode()
    with pytest.raises(FrameError) as refused:
        Connection(65_536).receive(from_line(line))
    assert refused.value.code == code
