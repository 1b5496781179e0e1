"""What a page may ask for beside its components' actions, and actions that hand over to one another."""

from __future__ import annotations

import pytest

from liveactions import Component, Confirm, Download, Refresh, Switch, Toast, Wizard, action
from liveactions.components import Callback
from liveactions.results import Reference, array_of, to_wire
from liveactions.runtime.scene import Scene
from liveactions.signing import Seals, refer
from liveactions.wire.frames import Apply, Call
from tests.wires import items, refusal


class Desk(Component):
    name = "orders.desk"
    template = "<p>{{ done }} {{ today }}</p>"
    done: str = ""
    visits: int = 0

    @property
    def today(self):
        return TODAY[0]

    def restored(self):
        self.visits += 1

    @action
    def archive(self):
        self.done = "archived"
        return Toast("Archived", action=Switch("undo", {"what": "it"}, title="Undo"))

    @action
    def undo(self, what: str):
        self.done = f"undone {what}"
        return Toast("Undone")

    @action(permission="nobody.may")
    def forbidden(self): ...

    @action
    def hand_over(self):
        self.done = "handing over"
        return [Toast("first"), Switch("undo", {"what": "all"}), Toast("never")]

    @action
    def hand_over_in_steps(self):
        yield Toast("first")
        yield Switch("undo", {"what": "all"})
        yield Toast("never")

    @action
    async def hand_over_later(self):
        return Switch("hand_over")

    @action
    def hand_over_wrongly(self):
        return Switch("undo", {"which": "all"})

    @action
    def hand_over_for_ever(self):
        return Switch("hand_over_for_ever")

    @action
    def hand_over_to_another(self):
        return Switch("greet", component="orders.other")

    @action
    def refresh(self):
        return Refresh()


class Other(Component):
    name = "orders.other"
    template = "<i></i>"

    @action
    def greet(self):
        return Toast("from the other")


TODAY = ["Monday"]


@pytest.fixture(autouse=True)
def _monday():
    TODAY[0] = "Monday"


async def page(connect, *others):
    wire = await connect()
    await wire.place("orders.desk")
    for base, name in enumerate(others, 1):
        await wire.mount(await wire.embed(name), base=base * 100)
    return wire


def toasts(frame):
    return [result.message for _, result in items(frame) if isinstance(result, Toast)]


# Behind a button -------------------------------------------------------------------------------------------


async def test_a_button_runs_what_the_server_signed(connect):
    wire = await page(connect)
    toast = next(result for _, result in items(await wire.call(1, "archive")) if isinstance(result, Toast))
    assert (type(toast.action), toast.action_label) == (Reference, "Undo")
    answer = await wire.call(1, "@perform", token=toast.action.token)
    assert toasts(answer) == ["Undone"]
    assert "undone it" in items(answer)[0][1].html


async def test_what_is_behind_a_button_is_checked_like_a_call(connect):
    wire = await page(connect)
    _, token = to_wire(Switch("forbidden"))
    assert refusal(await wire.call(1, "@perform", token=token)).code == "action.forbidden"
    _, token = to_wire(Switch("no_action"))
    assert refusal(await wire.call(1, "@perform", token=token)).code == "action.unknown"


@pytest.mark.parametrize("token", ["", "x", "a:b:c", [1]])
async def test_what_the_server_did_not_sign_is_not_performed(connect, token):
    wire = await page(connect)
    assert refusal(await wire.call(1, "@perform", token=token)).code in ("token.forged", "argument.invalid")


async def test_a_seal_is_good_for_its_purpose_only(connect):
    wire = await page(connect)
    token = Seals().seal("question", ["carried", array_of(Toast("x"))])
    assert refusal(await wire.call(1, "@perform", token=token)).code == "token.forged"


async def test_what_came_to_everyone_is_performed_by_the_first_component(connect):
    wire = await page(connect)
    _, token = to_wire(Switch("undo", {"what": "it"}))
    answer = await wire.call(0, "@perform", token=token)
    assert toasts(answer) == ["Undone"]


async def test_a_button_outlives_the_component_that_sent_it_if_its_word_says_all_there_is_to_say(connect):
    wire = await page(connect, "orders.other")
    await wire.unmount(101)
    _, token = to_wire(Download("a.txt", b"a" * 60_000))
    wire.ask(Call, 101, "@perform", {"token": token})
    (_, download), *_ = items(await wire.next(Apply))
    assert download.filename == "a.txt"
    _, token = to_wire(Switch("archive"))
    assert refusal(await wire.call(101, "@perform", token=token)).code == "component.unmounted"


async def test_a_long_result_and_the_path_of_a_file_wait_on_the_server(connect):
    for result in (Wizard("x.y", ctx={"text": "a" * 5000}), Download("a.bin", path="/srv/secret.bin")):
        token = refer(array_of(result))
        assert len(token) < 300
        assert await Seals().referred(token) == result


async def test_an_unknown_order_is_refused(connect):
    wire = await page(connect)
    assert refusal(await wire.call(0, "@format_disk")).code == "action.unknown"


# Handing over ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hand_over", "hand_over_in_steps", "hand_over_later"])
async def test_an_action_may_hand_over_to_another(connect, name):
    wire = await page(connect)
    number = wire.number + 1
    answer = await wire.call(1, name)
    told = [message for frame in wire.frames if getattr(frame, "call", None) == number for message in toasts(frame)]
    assert told == ["first", "Undone"] and answer.refusal is None
    assert wire.page.node(1).component.done == "undone all"


async def test_h26_a_malformed_switch_and_a_loop_fail(connect):
    wire = await page(connect)
    assert refusal(await wire.call(1, "hand_over_wrongly")).code == "argument.unknown"
    assert refusal(await wire.call(1, "hand_over_for_ever")).code == "switch.loop"
    assert (await wire.call(1, "undo", what="x")).refusal is None


async def test_an_action_may_hand_over_to_another_component(connect):
    wire = await page(connect)
    assert refusal(await wire.call(1, "hand_over_to_another")).code == "component.unmounted"
    await wire.mount(await wire.embed("orders.other"), base=100)
    assert toasts(await wire.call(1, "hand_over_to_another")) == ["from the other"]


# Refreshing ------------------------------------------------------------------------------------------------


async def test_a_refresh_sends_what_has_changed_behind_the_state(connect):
    wire = await page(connect)
    TODAY[0] = "Tuesday"
    answer = await wire.call(0, "@refresh", components=[1])
    assert "Tuesday" in items(answer)[0][1].html
    assert items(await wire.call(0, "@refresh", components=None)) == []


async def test_an_action_may_refresh_its_own_component(connect):
    wire = await page(connect)
    before = wire.page.node(1).component.visits
    TODAY[0] = "Tuesday"
    assert "Tuesday" in items(await wire.call(1, "refresh"))[-1][1].html
    assert wire.page.node(1).component.visits == before + 1


async def test_ids_that_have_gone_are_passed_over(connect):
    wire = await page(connect)
    assert items(await wire.call(0, "@refresh", components=[99, "x", True, None])) == []
    assert refusal(await wire.call(0, "@refresh", components=7)).code == "argument.invalid"


# Answers that a function gets ------------------------------------------------------------------------------


async def test_a_kept_question_runs_its_function_with_the_answer(connect):
    wire = await page(connect)
    node = wire.page.node(1)

    async def yes(request):
        node.component.done = "confirmed"
        return Toast(request.action)

    callback = Callback("Sure?")
    callback.add_choice("yes", yes)
    ((_, question),) = Scene(wire.page, node).performed(callback)
    assert isinstance(question, Confirm)
    answer = await wire.call(1, "@answer", token=question.token, choice="yes")
    assert toasts(answer) == ["answer"] and "confirmed" in items(answer)[0][1].html
    assert refusal(await wire.call(1, "@answer", token=question.token, choice="yes")).code == "confirm.answered"


class Careful(Component):
    name = "orders.careful"
    template = "<p>{{ n }} {{ gone }}</p>"
    n: int = 0
    gone: bool = False

    @action
    def hand_over(self):
        self.n += 1
        return Switch("delete", {"sure": 7})

    @action(confirm={"message": "Delete {count}?", "title": "Careful", "ok": "Delete", "variant": "danger"})
    def delete(self, sure: int):
        self.gone = sure == 7


@pytest.mark.parametrize(("choice", "gone"), [("ok", True), ("cancel", False)])
async def test_a_switch_to_an_action_that_asks_first_asks_and_what_went_before_is_done_once(connect, choice, gone):
    wire = await connect()
    await wire.place("orders.careful")
    answer = await wire.call(1, "hand_over")
    assert answer.refusal is None
    question = next(result for _, result in items(answer) if isinstance(result, Confirm))
    assert (question.message, question.title, question.variant) == ("Delete 1?", "Careful", "danger")
    assert question.choices == (("ok", "Delete"), ("cancel", "Cancel"))
    assert (await wire.call(1, "@answer", token=question.token, choice=choice)).refusal is None
    component = wire.page.node(1).component
    assert (component.n, component.gone) == (1, gone)
