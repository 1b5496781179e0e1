"""Bad input: each kind gets one clear answer with a code and a line in the log, and nothing else is disturbed.

What is no frame at all stands in ``test_live.py``, foreign origins in ``test_admission.py``, failing actions in
``tests/runtime/test_calls.py``.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveactions import Component, action, field, signing
from liveactions.signing import MountToken
from liveactions.wire.frames import Answer, Call, Mount, Resync, Set, Unmount
from tests.data import PLAIN_DATA
from tests.wires import Wire, items, refusal

SECRET = "the secret of the shop"


class Shop(Component):
    name = "bad.shop"
    template = "<p>{{ count }}</p>"
    count: int = 0
    search: str = field("", bind=True)
    _secret = SECRET

    @action
    def add(self, by: int, note: str = ""):
        self.count += by

    @action
    def total(self):
        raise ZeroDivisionError(SECRET)

    @action(permission="auth.add_user")
    def hire(self):
        self.count = 100


class Bare(Component):
    name = "bad.bare"
    template_name = "there/is/none.html"


def token(name: str, **changes: Any) -> str:
    return signing.write(
        MountToken(**{"name": name, "id": 9, "params": {}, "user": "", "snapshot": "", "digest": ""} | changes)
    )


def old_token() -> str:
    with patch("django.core.signing.time.time", lambda: 0.0):
        return token("bad.shop")


Bad = tuple[type, tuple[Any, ...], str]

ASKED: dict[str, Bad] = {
    "an unknown component": (Call, (99, "add", {"by": 1}), "component.unmounted"),
    "an unknown action": (Call, (1, "subtract", {"by": 1}), "action.unknown"),
    "a method that is no action": (Call, (1, "mount", {}), "action.unknown"),
    "a path to an attribute": (Call, (1, "__class__.__init__", {}), "action.unknown"),
    "an unknown argument": (Call, (1, "add", {"by": 1, "to": 2}), "argument.unknown"),
    "a missing argument": (Call, (1, "add", {}), "argument.missing"),
    "an argument of another type": (Call, (1, "add", {"by": "many"}), "argument.invalid"),
    "an argument named self": (Call, (1, "add", {"by": 1, "self": 2}), "argument.unknown"),
    "an action that is not allowed": (Call, (1, "hire", {}), "action.forbidden"),
    "an action that raises": (Call, (1, "total", {}), "action.failed"),
    "a field that is not bound": (Set, (1, {"count": 5}), "state.readonly"),
    "a private attribute": (Set, (1, {"_secret": "x"}), "state.readonly"),
    "a dotted path": (Set, (1, {"__class__.name": "x"}), "state.readonly"),
    "the user": (Set, (1, {"user": 1}), "state.readonly"),
    "a value of another type": (Set, (1, {"search": ["x"]}), "state.invalid"),
    "a component that is not there": (Set, (99, {"search": "x"}), "component.unmounted"),
    "a resync of what is not there": (Resync, (99,), "component.unmounted"),
}
MOUNTED: dict[str, tuple[Any, str]] = {
    "a forged token": (lambda: "forged", "token.forged"),
    "a token with another signature": (lambda: token("bad.shop")[:-1] + "_", "token.forged"),
    "a token of another salt": (lambda: signing.signing.dumps(["bad.shop"], salt="other"), "token.forged"),
    "signed data that are no token": (lambda: signing.signing.dumps([1, 2], salt=signing.SALT), "token.forged"),
    "an expired token": (old_token, "token.expired"),
    "a token of another user": (lambda: token("bad.shop", user="7"), "token.foreign"),
    "a component that there is not": (lambda: token("bad.nobody"), "component.unknown"),
    "a parameter that does not fit": (lambda: token("bad.shop", params={"count": "x"}), "argument.invalid"),
    "a parameter that there is not": (lambda: token("bad.shop", params={"colour": "x"}), "argument.unknown"),
    "a template that does not exist": (lambda: token("bad.bare"), "template.missing"),
    "an id that is taken": (lambda: token("bad.shop", id=1), "component.unknown"),
}


async def undisturbed(wire: Wire, other: Wire) -> None:
    """The component, the page and everybody else go on."""
    for each in (wire, other):
        answer = await each.call(1, "add", by=1)
        assert items(answer)[0][1].html == '<p live-id="1">1</p>'


@pytest.mark.parametrize("name", ASKED)
async def test_bad_input_is_answered_once_and_disturbs_nothing(connect, caplog, name):
    kind, fields, code = ASKED[name]
    wire, other = await connect(), await connect()
    for each in (wire, other):
        await each.place("bad.shop")
    before = len(wire.frames)
    answer = await wire.answer(wire.ask(kind, *fields))
    assert refusal(answer).code == code
    assert len(wire.frames) == before + 1, "one answer, and nothing besides"
    assert any(code in record.getMessage() or record.exc_info for record in caplog.records)
    assert SECRET not in repr(answer)
    await undisturbed(wire, other)


@pytest.mark.parametrize("name", MOUNTED)
async def test_a_bad_mount_is_answered_and_disturbs_nothing(connect, caplog, name):
    make, code = MOUNTED[name]
    wire, other = await connect(), await connect()
    for each in (wire, other):
        await each.place("bad.shop")
    answer = await wire.answer(wire.ask(Mount, [[make(), 0]]))
    assert refusal(answer).code == "mount.refused"
    assert refusal(answer).detail["tokens"]["0"][0] == code
    assert any(code in record.getMessage() or record.exc_info for record in caplog.records)
    assert list(wire.page.tree.nodes) == [1]
    await undisturbed(wire, other)


async def test_of_many_forged_tokens_in_one_frame_the_log_is_told_once(connect, caplog):
    wire = await connect()
    answer = await wire.answer(wire.ask(Mount, [[f"forged-{number}", 0] for number in range(40)]))
    assert len(refusal(answer).detail["tokens"]) == 40
    (record,) = [each.getMessage() for each in caplog.records if "refused" in each.getMessage()]
    assert "40 of 40" in record
    assert "token.forged" in record


async def test_leaving_what_is_not_there_is_no_offence(connect):
    wire = await connect()
    await wire.place("bad.shop")
    assert (await wire.answer(wire.ask(Unmount, [99, 1, 1]))).refusal is None
    assert wire.page.tree.nodes == {}


@pytest.mark.parametrize("debug", [False, True])
async def test_what_went_wrong_is_told_only_where_debugging_is_on(connect, settings, debug):
    settings.DEBUG = debug
    wire = await connect()
    await wire.place("bad.shop")
    told = await wire.call(1, "total")
    assert (SECRET in repr(told)) is debug
    assert ("Traceback" in repr(told)) is debug


NAMES = st.sampled_from(["add", "total", "hire", "mount", "user", "_secret", "count", "search", ""])
VALUES = st.dictionaries(st.sampled_from(["by", "note", "self", "request", "search", "count"]), PLAIN_DATA, max_size=3)
FRAMES = st.one_of(
    st.tuples(st.just(Call), st.tuples(st.integers(0, 3), NAMES, VALUES)),
    st.tuples(st.just(Set), st.tuples(st.integers(0, 3), VALUES)),
    st.tuples(st.just(Resync), st.tuples(st.none() | st.integers(0, 3))),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sequence=st.lists(FRAMES, min_size=1, max_size=8))
async def test_whatever_a_page_asks_it_gets_one_answer_each_and_writes_only_what_it_may(connect, sequence):
    wire = await connect()
    await wire.place("bad.shop")
    numbers = [wire.ask(kind, *fields) for kind, fields in sequence]
    for number in numbers:
        answer = await wire.next(Answer)
        assert answer.call == number
        assert answer.refusal is None or answer.refusal[1] == "page" or answer.refusal[0] == "action.failed"
    shop = wire.page.tree.nodes[1].component
    assert type(shop.count) is int and type(shop.search) is str and shop._secret == SECRET
    await wire.drop()
