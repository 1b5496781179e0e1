"""Bytes and frames."""

from __future__ import annotations

import threading

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.errors import FrameError, ResultError
from liveactions.results import Toast
from liveactions.wire import answer_frame, apply_frame, decode, encode, encode_items, items_to_wire, load, pack
from liveactions.wire.codec import MAX_DEPTH, MAX_NODES
from liveactions.wire.frames import PAGE_FRAMES, SERVER_FRAMES, Answer, Apply, Call, Cancel, Pong
from tests.data import FRAMES, PLAIN_DATA

KINDS = {"page": PAGE_FRAMES, "server": SERVER_FRAMES}
BYTES = st.binary(max_size=200)
SIDES = st.sampled_from(sorted(KINDS))


@given(SIDES.flatmap(lambda side: st.tuples(st.just(side), FRAMES[side])))
def test_a_frame_comes_out_as_it_went_in(case):
    side, frame = case
    assert decode(encode(frame), KINDS[side], 2**20) == frame


@given(PLAIN_DATA)
def test_plain_data_comes_out_as_it_went_in(value):
    assert load(pack(value)) == value
    assert decode(encode(Call(1, 0, 3, "a", {"x": value})), max_size=2**20).args == {"x": value}


@given(SIDES, BYTES)
def test_any_bytes_are_a_frame_or_are_refused(side, data):
    frame_or_refusal(side, data)


@given(
    SIDES.flatmap(lambda side: st.tuples(st.just(side), FRAMES[side])),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), min_size=1, max_size=5),
)
def test_a_frame_with_changed_bytes_is_a_frame_or_is_refused(case, changes):
    side, frame = case
    data = bytearray(encode(frame))
    for place, value in changes:
        data[place % len(data)] = value
    frame_or_refusal(side, bytes(data))


@given(SIDES.flatmap(lambda side: st.tuples(st.just(side), FRAMES[side])), st.data())
def test_a_frame_that_was_cut_off_is_refused(case, data):
    side, frame = case
    whole = encode(frame)
    with pytest.raises(FrameError):
        decode(whole[: data.draw(st.integers(0, len(whole) - 1))], KINDS[side])


@given(st.integers(0, 8), st.lists(PLAIN_DATA, max_size=8))
def test_any_array_is_a_frame_or_is_refused(kind, values):
    frame_or_refusal("page", pack([kind, *values]))


def frame_or_refusal(side: str, data: bytes) -> None:
    """Whatever ``data`` is, it is either; any other exception fails the test."""
    refused = None
    try:
        frame = decode(data, KINDS[side])
    except FrameError as error:
        refused = error.refusal()
    if refused is None:
        assert type(frame) in KINDS[side].values()
        assert decode(encode(frame), KINDS[side], 2**20) == frame
    else:
        assert refused.code in {"frame.malformed", "frame.unknown", "frame.too_large", "frame.too_deep"}
        assert refused.fault == "page"


def test_optional_fields_at_the_end_are_left_out():
    assert load(encode(Call(1, 0, 3, "a", {}))) == [4, 1, 0, 3, "a", {}]
    assert load(encode(Call(1, 0, 3, "a", {}, None, {"confirmed": True}))) == [
        4,
        1,
        0,
        3,
        "a",
        {},
        None,
        {"confirmed": True},
    ]


def test_fields_of_a_newer_protocol_are_passed_over():
    assert decode(pack([6, 4, "new", {}])) == Cancel(4)


def test_an_integer_is_not_a_float_and_not_a_boolean():
    for value in (1.0, True):
        with pytest.raises(FrameError, match=r"CANCEL\.number cannot be"):
            decode(pack([6, value]))


CALL = [4, 2, 1, 3, "act", {"by": 2}, {"type": "click", "value": None, "checked": True}, {"confirmed": True}, "newer"]
NUMBERS = [0, -1, 2**53 - 1, 2**53, 2**63, -(2**53), True, 1.0, float("nan")]
ODD = [*NUMBERS, None, "", "a", b"b", [], [1], {}, {1: "a"}, {"a": {"b": 1}}, {"a": [2**53]}]
MAPS = [*({"a": value, "b": "c"} for value in ODD), {str(number): number for number in range(MAX_NODES)}]


@pytest.mark.parametrize("place", range(len(CALL)))
@pytest.mark.parametrize("fields", range(5, len(CALL) + 1))
def test_a_call_is_the_same_at_one_look_as_when_each_value_is_looked_at(place, fields):
    def read(data, kinds):
        try:
            return repr(decode(data, kinds, 2**20))
        except FrameError as error:
            return error.code, str(error)

    for value in (*ODD, *MAPS):
        data = pack([*CALL[:place], value, *CALL[place + 1 :]][:fields])
        assert read(data, PAGE_FRAMES) == read(data, dict(PAGE_FRAMES))


def test_text_must_be_unicode():
    with pytest.raises(FrameError) as refused:
        decode(b"\x92\x00\xa2\xff\xfe")
    assert refused.value.code == "frame.malformed"


@pytest.mark.parametrize(("levels", "fits"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False), (500, False), (5000, False)])
def test_the_depth_is_limited(levels, fits):
    # The frame's own array is level 0 and its map of arguments level 1.
    data = pack([4, 1, 0, 3, "a", {"x": 0}])[:-1] + b"\x91" * (levels - 2) + b"\xc0"
    if fits:
        assert decode(data)
    else:
        with pytest.raises(FrameError) as refused:
            decode(data)
        assert refused.value.code == "frame.too_deep"


@pytest.mark.parametrize(("values", "fits"), [(MAX_NODES - 7, True), (MAX_NODES - 6, False)])
def test_the_number_of_values_is_limited(values, fits):
    data = pack([4, 1, 0, 3, "a", {"x": [0] * values}])
    if fits:
        assert decode(data)
    else:
        with pytest.raises(FrameError) as refused:
            decode(data)
        assert refused.value.code == "frame.too_large"


@pytest.mark.parametrize("item", [None, 0, "", {}], ids=repr)
@pytest.mark.parametrize(("values", "fits"), [(MAX_NODES, True), (MAX_NODES + 1, False), (60_000, False)])
def test_the_number_of_values_side_by_side_is_limited(item, values, fits):
    data = pack([6, 4, *[item] * (values - 2)])
    if fits:
        assert decode(data) == Cancel(4)
    else:
        with pytest.raises(FrameError) as refused:
            decode(data)
        assert refused.value.code == "frame.too_large"


def test_the_size_is_limited_to_the_byte():
    data = encode(Cancel(4))
    assert decode(data, max_size=len(data)) == Cancel(4)
    with pytest.raises(FrameError, match="at most 2 bytes, this one 3") as refused:
        decode(data, max_size=2)
    assert refused.value.code == "frame.too_large"


def test_a_refusal_names_the_field_and_the_kinds():
    with pytest.raises(FrameError, match=r"CALL lacks its field 'args'"):
        decode(pack([4, 1, 0, 3, "a"]))
    with pytest.raises(FrameError, match=r"Known: \[0, 1, 2, 3, 4, 5, 6, 7, 8\]"):
        decode(pack([77]))


def test_a_refusal_does_not_repeat_a_long_value():
    with pytest.raises(FrameError) as refused:
        decode(pack([1, "x" * 5000]))
    assert len(str(refused.value)) < 200


def test_news_are_encoded_once_and_read_as_a_frame():
    items = [(None, Toast("Shipped")), (3, Toast("Paid"))]
    body = encode_items(items)
    frame = decode(apply_frame("team.7", 70_000, body), SERVER_FRAMES)
    assert frame == Apply("team.7", 70_000, items_to_wire(items))


@given(st.integers(0, 2**53 - 1), st.text(max_size=150))
def test_the_frame_round_news_is_the_same_as_an_encoded_one(offset, stream):
    items = [(None, Toast("x"))]
    assert apply_frame(stream, offset, encode_items(items)) == encode(Apply(stream, offset, items_to_wire(items)))


def test_an_answer_is_the_same_as_an_encoded_one():
    assert answer_frame(3, 2, [[1, 4, "x"]], None) == encode(Answer(0, 3, 2, [[1, 4, "x"]]))
    refusal = ["action.unknown", "page", "no"]
    assert answer_frame(3, 2, [], refusal) == encode(Answer(0, 3, 2, [], refusal))


def test_half_a_character_is_refused_in_words():
    for make in (lambda: pack({"a": ["\ud800"]}), lambda: encode_items([(None, Toast("\udfff"))])):
        with pytest.raises(ResultError, match="half a character"):
            make()
    assert load(pack("still working")) == "still working"


def test_what_cannot_be_packed_leaves_nothing_behind():
    with pytest.raises(TypeError):
        pack([1, object()])
    assert load(pack([2])) == [2]


def test_frames_are_packed_in_many_threads_at_once():
    frames = [encode(Pong(n, {"x" * n: n})) for n in range(100)]
    wrong: list[int] = []

    def work() -> None:
        wrong.extend(n for _ in range(20) for n in range(100) if encode(Pong(n, {"x" * n: n})) != frames[n])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_packed_is_msgpack():
    assert msgpack.unpackb(encode(Cancel(4))) == [6, 4]
