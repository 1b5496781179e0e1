"""Every word there and back again, whatever stands in its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liveactions.errors import ResultError
from liveactions.results import (
    SHAPES,
    Custom,
    Download,
    Event,
    Result,
    Signal,
    array_of,
    encoding,
    from_wire,
    teach_reference,
)
from liveactions.results.words import WORDS, Patch, Whole
from liveactions.wire import load, pack

TEXT = st.text(max_size=8)
KEYS = st.text(min_size=1, max_size=4).filter(lambda key: key not in ("__proto__", "constructor", "prototype", "$"))
SCALAR = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
DATA = st.recursive(SCALAR | TEXT | st.binary(max_size=8), lambda inside: st.lists(inside, max_size=3), max_leaves=6)
MAP = st.dictionaries(KEYS, DATA, max_size=3)
FILLED = st.text(min_size=1, max_size=8).filter(str.strip)
PK = st.integers(0, 2**53 - 1) | st.text(min_size=1, max_size=4)
URL = st.sampled_from(["/", "/x?y=1#z", "https://example.org/"])
MESSAGE = {"message": TEXT, "html": st.booleans(), "title": st.none() | TEXT}
LEVEL = st.sampled_from(["info", "success", "warning", "error"])
MS = st.none() | st.integers(0, 9999)
SWAP = st.sampled_from(["inner", "outer", "before", "none", "delete"])
FLAG = st.none() | st.booleans()
RECORDS = st.lists(PK, max_size=3)


def words(inside: st.SearchStrategy[Result]) -> st.SearchStrategy[Result]:
    """Results whose fields may hold those of ``inside``."""
    several = st.lists(inside, max_size=2)
    button = {"action": st.none() | inside, "action_label": st.none() | TEXT}
    fields: dict[str, dict[str, Any]] = {
        "HTML": {
            "content": TEXT,
            "target": st.none() | TEXT,
            "swap": SWAP,
            "transition": st.booleans(),
            "focus": st.none() | TEXT,
            "swap_delay": MS,
            "settle_delay": MS,
            "strict_targets": FLAG,
        },
        "Delete": {
            "target": FILLED,
            "transition": st.booleans(),
            "swap_delay": MS,
            "settle_delay": MS,
            "strict_targets": FLAG,
        },
        "Event": {"name": FILLED, "payload": DATA | MAP, "target": st.none() | FILLED},
        "Toast": dict(MESSAGE, **button, message=TEXT | MAP, level=LEVEL, sticky=st.booleans(), timeout=MS),
        "Notify": dict(button, message=TEXT, color=st.sampled_from(["blue", "red", "orange"])),
        "Redirect": {"url": URL, "replace": st.booleans(), "external": st.booleans()},
        "History": {"push_url": URL} | {"replace_url": st.none()},
        "LoadJS": {"src": st.just("/x.js"), "integrity": st.none() | TEXT},
        "Signal": {"name": KEYS.filter(lambda key: not set(key) & set("$.")), "value": DATA | MAP},
        "Signals": {"values": st.dictionaries(KEYS.filter(lambda key: not set(key) & set("$.")), DATA, max_size=3)},
        "Error": dict(
            MESSAGE,
            **button,
            errors=st.dictionaries(KEYS, st.lists(TEXT, max_size=2), max_size=2),
            status=st.integers(400, 599),
        ),
        "Alert": dict(MESSAGE, **button, level=LEVEL, then=several),
        "Confirm": {
            "message": FILLED,
            "title": TEXT,
            "html": st.booleans(),
            "then": several,
            "token": TEXT,
            "all_tabs": st.booleans(),
            "choices": st.sampled_from([(("yes", "Yes"), ("no", "No")), (("ok", "Go"),), (("no", ""), ("ok", ""))]),
            "variant": st.sampled_from(["primary", "danger"]),
        },
        "Close": {"reload": st.booleans(), "notify": st.none() | inside, "infos": DATA | MAP},
        "Refresh": {
            "scope": st.sampled_from(["self", "all"]),
            "focus": st.booleans(),
            "delayed": st.booleans() | st.lists(TEXT, max_size=2),
        },
        "OpenURL": {
            "url": URL,
            "target": st.sampled_from(["_blank", "self"]),
            "close": st.booleans(),
            "title": st.none() | TEXT,
        },
        "Download": {"filename": st.just("a.b"), "content": st.binary(max_size=9), "mimetype": TEXT},
        "Chunk": {"download": st.integers(0, 9), "data": st.binary(max_size=9)},
        "UpdateParent": {"values": st.dictionaries(KEYS, SCALAR | TEXT, max_size=3), "close": st.booleans()},
        "Focus": {"target": st.none() | FILLED, "strict_targets": FLAG},
        "EditingMode": {"value": st.booleans()},
        "ActiveTab": {"value": st.integers(0, 9) | TEXT},
        "Reload": {"scope": st.sampled_from(["page", "caches"])},
        "Log": {"text": TEXT, "level": st.sampled_from(["debug", "info"])},
        "RecordDeleted": {"pks": RECORDS, "model": st.none() | TEXT},
        "DataRecord": {
            "data": MAP,
            "id": st.none() | PK,
            "title": st.none() | TEXT,
            "navinfo": st.none() | MAP,
            "disable_delete": st.none() | TEXT,
        },
        "Rows": {
            "rows": st.lists(MAP | DATA, max_size=3),
            "count": st.none() | st.integers(0, 9),
            "title": st.none() | TEXT,
            "no_data_text": st.none() | TEXT,
        },
        "Reference": {"token": TEXT},
        "Custom": {"name": st.just("nobody.knows"), "fields": MAP},
        "Multi": {"actions": several},
        "Noop": {},
        "Wizard": {"model": FILLED, "title": st.none() | TEXT, "method": FILLED, "ctx": MAP, "replace": st.booleans()},
        "WindowAction": {
            "model": FILLED,
            "record_id": PK,
            "target": st.sampled_from(["current", "new"]),
            "title": st.none() | TEXT,
        },
        "SendMessage": {
            "model": st.none() | TEXT,
            "record_id": st.none() | PK,
            "template_id": st.none() | st.integers(0, 9),
            "rendered_body": st.none() | TEXT,
            "contacts": st.lists(st.just({"id": 1, "name": "x"}), max_size=2),
        },
        "Report": {"report_id": PK, "report_data": MAP, "close": st.booleans()},
        "Switch": {"action": FILLED, "args": MAP, "component": st.none() | TEXT, "title": st.none() | TEXT},
        "Whole": {"html": TEXT},
        "Patch": {"changes": st.lists(SCALAR | TEXT, max_size=4)},
        "Shared": {"key": TEXT, "version": st.integers(1, 9), "results": several},
    }
    kinds = {word.__name__: word for word in WORDS.values()}
    assert fields.keys() == kinds.keys(), "every word has its strategy"
    return st.one_of(*(st.builds(kinds[name], **given) for name, given in fields.items()))


RESULTS = st.recursive(words(st.nothing() | st.builds(WORDS[33])), words, max_leaves=4)


@pytest.fixture(scope="module", autouse=True)
def referring():
    """References that can be read again."""
    before = encoding.refer
    teach_reference(lambda array: "ref:" + pack(array).hex())
    yield
    teach_reference(before)


def read(result: Result) -> Result:
    """A result with what its references mean in their place."""
    if type(result).__name__ == "Reference" and result.token.startswith("ref:"):
        return read(from_wire(load(bytes.fromhex(result.token[4:]))))
    nests = SHAPES[encoding.NUMBERS[type(result)]].nests
    changes: dict[str, Any] = {}
    for name in nests:
        value = getattr(result, name)
        changes[name] = read(value) if isinstance(value, Result) else value and tuple(map(read, value))
    return dataclasses.replace(result, **changes) if changes else result


def alike(value: Any) -> Any:
    """As it is after a journey: tuples are lists."""
    if isinstance(value, Result):
        return type(value).__name__, [alike(getattr(value, f.name)) for f in dataclasses.fields(value)]
    if isinstance(value, (list, tuple)):
        return [alike(item) for item in value]
    return {key: alike(item) for key, item in value.items()} if isinstance(value, dict) else (type(value), value)


@given(RESULTS)
def test_every_word_is_the_same_after_its_journey(result):
    array = load(pack(array_of(result)))
    assert alike(read(from_wire(array))) == alike(result)


@given(RESULTS)
def test_no_word_of_the_server_travels_bare_however_deep_it_stands(result):
    assume(not result.local)

    def bare(array: Any) -> bool:
        return isinstance(array, list) and (
            (bool(array) and type(array[0]) is int and array[0] >= 64) or any(map(bare, array[1:]))
        )

    nests = SHAPES[encoding.NUMBERS[type(result)]].nests
    array, names = array_of(result), SHAPES[encoding.NUMBERS[type(result)]].names
    inner = dict(zip(names, array[1:], strict=False))
    for name, nesting in nests.items():
        values = [] if not inner.get(name) else inner[name] if nesting == "many" else [inner[name]]
        assert all(value[0] < 64 for value in values)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Event("x", {"file": Download("passwd", path="/etc/passwd")}),
        lambda: Signal("x", [Whole("<p>")]),
        lambda: Custom("app.x", {"then": Patch([])}),
    ],
)
def test_a_result_among_data_is_refused(make: Callable[[], Result]):
    with pytest.raises(ResultError, match="stands among data"):
        array_of(make())
