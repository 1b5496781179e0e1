"""Cases of the systems that this vocabulary unites, as they end here: what an action may answer, and what it is given.

Their ids are those of ``tests/test_cases.py``. Where a seed's transport is not ours (headers, query strings, event
streams), the case is what it was about.
"""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from liveactions import (
    HTML,
    Close,
    Component,
    Delete,
    Download,
    Error,
    Event,
    Notify,
    OpenURL,
    Redirect,
    Report,
    SendMessage,
    Toast,
    UpdateParent,
    WindowAction,
    Wizard,
    action,
)
from liveactions.errors import ResultError
from liveactions.results import Noop, Reference, array_of, from_dict, from_wire, to_wire
from liveactions.wire.frames import Answer, Apply, Call, Ping
from tests.runtime.doubles import Gate
from tests.wires import Wire, items, refusal

ran: list[str] = []


class Seeds(Component):
    name = "seeds.actions"
    template = "<p>{{ n }}</p>"
    n: int = 0

    @action
    def leave(self):
        try:
            yield Toast("first")
            yield Redirect("/x")
            ran.append("after")
        finally:
            ran.append("closed")

    @action
    def deny(self):
        raise PermissionDenied("no")

    @action
    def deny_with(self, password: str):
        raise PermissionDenied("no")

    @action
    def lose(self):
        raise Http404("secret path")

    @action
    def fail(self):
        raise ValueError("secret")

    @action
    def deny_in_the_middle(self):
        yield Toast("kept")
        raise PermissionDenied("no")

    @action
    def echo(self, q: str = "", value: str = "", only: str = ""):
        return Toast(f"{q}|{value}|{only}")

    @action("named")
    def attribute(self):
        return Toast("named")

    @action
    def lines(self):
        return HTML("<p>a\r\nb\rc\n</p>", target="#x")

    @action
    def delete(self):
        return Delete("#row-7")

    @action
    def events(self):
        return [Event("saved", {"id": 7}), Event("saved", None, "#row")]


@pytest.fixture
async def wire(connect) -> Wire:
    ran.clear()
    wire = await connect()
    await wire.place("seeds.actions")
    return wire


def words(frame):
    return [result for _, result in items(frame)]


async def told(wire: Wire, name: str, **args) -> list:
    """What a call is answered with, streamed or not."""
    number = wire.number + 1
    await wire.call(1, name, **args)
    return [word for frame in wire.frames if getattr(frame, "call", None) == number for word in words(frame)]


# HyperDjango -----------------------------------------------------------------------------------------------


async def test_h10_a_redirect_ends_the_stream_and_closes_the_generator(wire):
    assert await told(wire, "leave") == [Toast("first"), Redirect("/x")]
    assert ran == ["closed"]


async def test_h11_a_delete_names_what_is_to_go(wire):
    assert await told(wire, "delete") == [Delete("#row-7")]
    assert to_wire(Delete("#row-7")) == [2, "#row-7"]


async def test_h12_an_event_has_a_target_or_none(wire):
    assert await told(wire, "events") == [Event("saved", {"id": 7}), Event("saved", {}, "#row")]


async def test_h13_a_refusal_is_told_and_an_exception_is_not(wire):
    denied, lost, failed = [await wire.call(1, name) for name in ("deny", "lose", "fail")]
    assert words(denied) == [Error("no", status=403)] and refusal(denied).code == "action.forbidden"
    assert words(lost) == [Error("Not found", status=404)]
    assert words(failed)[0].status == 500
    assert "secret" not in str(lost) + str(failed)


async def test_h13_a_refusal_in_a_generator_keeps_what_came_before(wire):
    assert await told(wire, "deny_in_the_middle") == [Toast("kept"), Error("no", status=403)]


async def test_h14_what_was_given_goes_before_what_happened(wire):
    number = wire.ask(Call, 1, "echo", {"q": "given"}, {"type": "input", "value": "typed", "q": "event"})
    assert words(await wire.answer(number)) == [Toast("given|typed|")]


async def test_h15_of_several_values_for_one_the_last_counts(wire):
    assert await told(wire, "echo", only=["1", "2"]) == [Toast("||2")]


async def test_h16_a_renamed_action_is_known_by_its_name_only(wire):
    assert await told(wire, "named") == [Toast("named")]
    assert refusal(await wire.call(1, "attribute")).code == "action.unknown"


async def test_h23_line_ends_arrive_as_they_were_sent(wire):
    assert (await told(wire, "lines"))[0].content == "<p>a\r\nb\rc\n</p>"


async def test_h24_a_heartbeat_brings_nothing_to_perform(wire):
    wire.page.ping()
    ping = await wire.next(Ping)
    assert not hasattr(ping, "items") and wire.told() == []


async def test_h25_a_stream_that_was_interrupted_goes_on_after_what_had_arrived(connect):
    gate = Gate()

    class Streaming(Component):
        name = "seeds.streaming"
        template = "<p></p>"

        @action
        async def stream(self):
            yield Toast("one")
            yield Toast("two")
            await gate.wait()
            yield Toast("three")

    wire = await connect()
    await wire.place("seeds.streaming")
    number = wire.ask(Call, 1, "stream", {})
    seen = words(await wire.next(Apply, lambda frame: frame.call == number))
    arrived = wire.ack
    await gate.reached.wait()
    await wire.drop()
    wire.told()  # what was on its way is lost
    wire.ack = arrived
    welcome = await wire.open([wire.token, arrived, {}])
    gate.open()
    while not isinstance(frame := await wire.frame(), Answer):
        seen += words(frame) if isinstance(frame, Apply) else []
    assert welcome.recovered
    assert seen == [Toast("one"), Toast("two"), Toast("three")]


# The ERP ---------------------------------------------------------------------------------------------------


def test_f11_an_unknown_type_is_an_error_that_lists_the_known_ones():
    with pytest.raises(ResultError, match=r"'teleport' is not a known type.*close.*wizard"):
        from_dict({"type": "teleport"})


EXAMPLES = [
    ({"type": "close"}, Close()),
    ({"type": "close", "reload": True, "notify": "Saved"}, Close(reload=True, notify=Notify("Saved", "green"))),
    ({"type": "notify", "message": "Done", "color": "green"}, Notify("Done", "green")),
    (
        {
            "type": "notify",
            "message": "Invoice posted",
            "color": "green",
            "action": {"type": "window_action", "identifier": "sale.invoices", "record_id": 7},
            "action_label": "View invoice",
        },
        Notify("Invoice posted", "green", WindowAction(identifier="sale.invoices", record_id=7), "View invoice"),
    ),
    (
        {"type": "notify", "message": "x", "color": "red", "action": {"type": "url", "url": "/help/"}},
        Notify("x", "red", Redirect("/help/")),
    ),
    (
        {"type": "file_download", "filename": "a.csv", "content": "YSxi", "mimetype": "text/csv"},
        Download("a.csv", b"a,b", "text/csv"),
    ),
    (
        {"type": "wizard", "model": "PayWizard", "title": "Pay", "method": "pay", "ctx": {"default_amount": 5}},
        Wizard("PayWizard", "Pay", "pay", {"default_amount": 5}),
    ),
    (
        {"type": "update_parent", "values": {"lines": [("C", {"product": 1, "qty": 5})]}},
        UpdateParent({"lines": [["C", {"product": 1, "qty": 5}]]}),
    ),
    ({"type": "window_action", "action": 7, "model": "Invoice"}, WindowAction("Invoice", 7)),
    (
        {"type": "send_message", "template_id": 3, "modal_type": "message", "contacts": [{"id": 1, "email": "a@b.c"}]},
        SendMessage(template_id=3, contacts=({"id": 1, "email": "a@b.c"},)),
    ),
    (
        {"type": "report", "report_id": 4, "model": "Invoice", "instance_ids": [7, 8]},
        Report(4, "Invoice", (7, 8)),
    ),
    (
        {"type": "report", "report_id": 4, "report_data": {"sum": 1}, "contact_id": 2},
        Report(4, report_data={"sum": 1}, contact_id=2),
    ),
    ({"type": "url", "url": "https://example.org/", "target": "new"}, OpenURL("https://example.org/")),
    ({"type": "act_window_none"}, Noop()),
]


@pytest.mark.parametrize(("example", "meant"), EXAMPLES, ids=lambda value: str(value)[:40])
def test_f13_the_examples_of_the_seed_mean_what_they_say(example, meant):
    read = from_dict(example)
    assert read == meant
    sent = from_wire(array_of(read))
    behind = getattr(meant, "action", None)
    assert sent == meant or (behind.local and isinstance(sent.action, Reference))


# Lino ------------------------------------------------------------------------------------------------------


async def test_l19_an_unknown_action_is_not_found(wire):
    assert refusal(await wire.call(1, "nope")).code == "action.unknown"


# The log ---------------------------------------------------------------------------------------------------


async def test_what_somebody_typed_is_not_in_the_log(wire, caplog):
    caplog.set_level("DEBUG", logger="liveactions")
    assert refusal(await wire.call(1, "deny_with", password="hunter2")).code == "action.forbidden"
    assert "deny_with" in caplog.text and "hunter2" not in caplog.text
