"""An action in the background: the page goes on, hears of each step, and of the end, whatever it is."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from liveactions import (
    ActionRequest,
    Component,
    Confirm,
    Download,
    Event,
    Redirect,
    Refresh,
    Switch,
    Toast,
    action,
    field,
)
from liveactions.consumers.jobs import own_worker
from liveactions.errors import BusUnavailable
from liveactions.results import Whole
from liveactions.runtime import background
from liveactions.runtime.ports import Promise
from liveactions.wire.frames import Answer, Apply, Cancel
from tests.wires import Call, items, refusal

GATES: dict[str, threading.Event] = defaultdict(threading.Event)
BEGUN: dict[str, threading.Event] = defaultdict(threading.Event)


@pytest.fixture(autouse=True)
def fresh_gates():
    GATES.clear()
    BEGUN.clear()


def wait(gate: str) -> None:
    BEGUN[gate].set()
    assert GATES[gate].wait(10)


async def begun(gate: str) -> None:
    assert await asyncio.to_thread(BEGUN[gate].wait, 10)


class Import(Component):
    name = "tests.background_import"
    template = "<p>{{ rows }} {{ note }} {{ looked }}</p>"
    rows: int = 0
    note: str = field("", bind=True)
    looked: int = 0
    hooked: int = 0

    def updated(self, changed):
        if "rows" in changed:
            self.hooked += 1

    @action
    def look(self):
        self.looked += 1

    @action(background=True)
    def read(self, count: int, gate: str = ""):
        if gate:
            wait(gate)
        self.rows += count
        return Toast(f"{count} read")

    @action(background=True)
    async def read_later(self, gate: str = ""):
        BEGUN[gate].set()
        if gate:
            await asyncio.to_thread(GATES[gate].wait, 10)
        self.rows += 1
        return Toast("later")

    @action(background=True)
    def steps(self, gate: str = ""):
        self.rows = 1
        yield Toast("one")
        if gate:
            wait(gate)
        self.rows = 2
        yield Toast("two")

    @action(background=True)
    async def steps_later(self):
        self.rows = 1
        yield Toast("one")
        self.rows = 2
        yield Toast("two")

    @action(background=True, permission="desk.add_order")
    def guarded(self):
        return Toast("never")

    @action(background=True, confirm="Really?")
    def asked(self):
        return Toast("yes")

    @action(background=True)
    def fails(self):
        self.rows = 99
        raise ValueError("secret")

    @action(background=True)
    def refuses(self):
        raise PermissionDenied("Not today.")

    @action(background=True)
    def leaves(self):
        return [Toast("bye"), Redirect("/elsewhere/")]

    @action(background=True)
    def large(self):
        return Download("large.bin", b"x" * 200_000)

    @action(background=True)
    def goes_on(self):
        return Switch("look")

    @action
    def hands_over(self, count: int):
        return Switch("read", {"count": count, "gate": "switched"})

    @action
    def hands_over_in_vain(self):
        return Switch("refuses")

    @action(background=True)
    def refreshes(self):
        return [Refresh("self"), Event("done")]

    @action(background=True)
    async def asks(self, request: ActionRequest):
        self.rows = 3
        self.note = str(await request.confirm("May I?"))
        return Toast(f"You said {self.note}")

    @action(background=True)
    def asks_in_between(self):
        self.rows = 3
        choice = yield Confirm("May I?", choices={"ok": "OK", "cancel": "Cancel"})
        self.note = choice
        yield Toast(f"You said {choice}")

    @action(background=True)
    def asks_later(self, request: ActionRequest):
        request.confirm(print, "May I?")

    @action(background=True)
    def who(self, request: ActionRequest, x: int):
        return Toast(f"{request.user} {request.action} {request.args['x']} {request.page == self.page} {self.id}")


ROOT = 1


@pytest.fixture
async def tab(connect):
    wire = await connect()
    await wire.place("tests.background_import")
    return wire


def results(frame):
    return [result for _, result in items(frame)]


def text(frame):
    return next(result.html for _, result in reversed(items(frame)) if isinstance(result, Whole))


async def test_what_it_changed_and_answered_comes_back(tab):
    answer = await tab.call(ROOT, "read", count=3)
    assert results(answer)[-1] == Toast("3 read")
    assert ">3  0</p>" in text(answer)
    assert tab.page.tree.nodes[ROOT].component.hooked == 1


async def test_the_page_goes_on_meanwhile_and_who_writes_later_has_the_last_word(tab):
    number = tab.ask(Call, ROOT, "read", {"count": 5, "gate": "a"})
    await begun("a")
    assert ">0  1</p>" in text(await tab.call(ROOT, "look"))
    await tab.set(ROOT, note="mine")
    GATES["a"].set()
    assert ">5 mine 1</p>" in text(await tab.answer(number))


@pytest.mark.parametrize("name", ["steps", "steps_later"])
async def test_each_step_is_told_with_what_changed_up_to_it(tab, name):
    number = tab.ask(Call, ROOT, name, {})
    answer = await tab.answer(number)
    applied = [frame for frame in tab.frames if isinstance(frame, Apply) and frame.call == number]
    assert answer.refusal is None
    told = [result for frame in [*applied, answer] for result in results(frame)]
    assert [result for result in told if isinstance(result, Toast)] == [Toast("one"), Toast("two")]
    assert [result.html.partition("</p>")[0][-4] for result in told if isinstance(result, Whole)][-1] == "2"


async def test_a_step_is_told_before_the_next_one_is_made(tab):
    number = tab.ask(Call, ROOT, "steps", {"gate": "s"})
    first = await tab.next(Apply, lambda frame: Toast("one") in results(frame))
    assert first.call == number
    GATES["s"].set()
    assert (await tab.answer(number)).refusal is None


async def test_several_run_at_once(tab):
    one = tab.ask(Call, ROOT, "read", {"count": 1, "gate": "one"})
    two = tab.ask(Call, ROOT, "read_later", {"gate": "two"})
    await begun("one")
    await begun("two")
    GATES["two"].set()
    await tab.answer(two)
    GATES["one"].set()
    await tab.answer(one)


async def test_it_knows_who_asked_and_for_what(connect, django_user_model, transactional_db):
    user = await asyncio.to_thread(lambda: django_user_model.objects.create_user("ana"))
    wire = await connect(user)
    await wire.place("tests.background_import")
    answer = await wire.call(ROOT, "who", x=4)
    assert results(answer) == [Toast(f"ana who 4 True {ROOT}")]


async def test_a_user_who_may_not_sign_in_any_more_is_refused_by_the_worker(
    connect, django_user_model, transactional_db
):
    user = await asyncio.to_thread(lambda: django_user_model.objects.create_user("ben"))
    wire = await connect(user)
    await wire.place("tests.background_import")
    await asyncio.to_thread(lambda: django_user_model.objects.filter(pk=user.pk).update(is_active=False))
    assert refusal(await wire.call(ROOT, "who", x=4)).code == "action.forbidden"


# Refused before anything runs ----------------------------------------------------------------------------------


async def test_permission_and_arguments_are_checked_before_it_goes_anywhere(tab, monkeypatch):
    monkeypatch.setattr("liveactions.consumers.jobs.StoredJobs.start", None)
    assert refusal(await tab.call(ROOT, "guarded")).code == "action.forbidden"
    told = refusal(await tab.call(ROOT, "read", count="many"))
    assert (told.code, told.detail) == ("argument.invalid", {"path": "count"})
    assert refusal(await tab.call(ROOT, "asked")).code == "confirm.required"


async def test_one_page_has_so_many_jobs_and_no_more(tab, monkeypatch):
    monkeypatch.setattr(background, "MAX_JOBS", 1)
    number = tab.ask(Call, ROOT, "read", {"count": 1, "gate": "full"})
    await begun("full")
    told = refusal(await tab.call(ROOT, "read", count=1))
    assert (told.code, told.detail) == ("page.busy", {"retry_ms": 5000})
    GATES["full"].set()
    assert (await tab.answer(number)).refusal is None
    assert (await tab.call(ROOT, "read", count=1)).refusal is None


# Other ends -----------------------------------------------------------------------------------------------------


async def test_after_an_exception_the_state_is_as_before_and_nothing_is_given_away(tab):
    answer = await tab.call(ROOT, "fails")
    assert refusal(answer).code == "action.failed"
    assert "secret" not in str(answer)
    assert tab.page.tree.nodes[ROOT].component.rows == 0


async def test_an_exception_with_a_meaning_keeps_it(tab):
    answer = await tab.call(ROOT, "refuses")
    assert refusal(answer).code == "action.forbidden"
    assert results(answer)[0].message == "Not today."


async def test_the_page_goes_where_it_says(tab):
    assert results(await tab.call(ROOT, "leaves")) == [Toast("bye"), Redirect("/elsewhere/")]


async def test_a_large_file_comes_whole(tab):
    number = tab.ask(Call, ROOT, "large", {})
    answer = await tab.answer(number)
    told = [result for frame in tab.frames if isinstance(frame, Apply | Answer) for result in results(frame)]
    assert answer.refusal is None
    assert b"".join(result.data for result in told if type(result).__name__ == "Chunk") == b"x" * 200_000


async def test_what_needs_the_page_is_performed_by_the_page(tab):
    assert ">0  1</p>" in text(await tab.call(ROOT, "goes_on"))
    assert results(await tab.call(ROOT, "refreshes"))[-1] == Event("done")


async def test_another_action_may_hand_over_to_it_and_the_page_goes_on(tab):
    number = tab.ask(Call, ROOT, "hands_over", {"count": 2})
    await begun("switched")
    assert ">0  1</p>" in text(await tab.call(ROOT, "look"))
    GATES["switched"].set()
    assert ">2  1</p>" in text(await tab.answer(number))
    answer = await tab.call(ROOT, "hands_over_in_vain")
    assert (refusal(answer).code, refusal(answer).message) == ("action.forbidden", "Not today.")


async def question_of(tab) -> Confirm:
    frame = await tab.next(Apply, lambda each: any(isinstance(result, Confirm) for _, result in items(each)))
    assert "3 " in next(result.html for _, result in items(frame) if isinstance(result, Whole)), "what changed before"
    return next(result for _, result in items(frame) if isinstance(result, Confirm))


def answers(tab, question: Confirm, choice: str) -> int:
    return tab.ask(Call, 0, "@answer", {"token": question.token, "choice": choice})


@pytest.mark.parametrize(("name", "choice", "said"), [("asks", "no", "False"), ("asks_in_between", "ok", "ok")])
async def test_it_may_ask_in_the_middle_and_goes_on_with_the_answer(tab, name, choice, said):
    number = tab.ask(Call, ROOT, name, {})
    question = await question_of(tab)
    assert (await tab.call(ROOT, "look")).refusal is None, "and the page goes on meanwhile"
    given = answers(tab, question, choice)
    assert (await tab.answer(given)).refusal is None
    await tab.answer(number)
    told = [result for frame in tab.frames if isinstance(frame, Apply | Answer) for _, result in items(frame)]
    assert [result for result in told if isinstance(result, Toast)] == [Toast(f"You said {said}")]
    assert (tab.page.node(ROOT).component.note, tab.page.node(ROOT).component.rows) == (said, 3)
    assert refusal(await tab.answer(answers(tab, question, choice))).code in ("confirm.answered", "call.lost")


async def test_an_answer_to_a_job_counts_once_and_must_be_one_that_was_offered(tab):
    number = tab.ask(Call, ROOT, "asks", {})
    question = await question_of(tab)
    wrong, right, again = (answers(tab, question, choice) for choice in ("maybe", "yes", "yes"))
    found = {}
    while found.keys() < {wrong, right, again, number}:
        answer = await tab.next(Answer)
        found[answer.call] = answer
    assert refusal(found[wrong]).code == "confirm.unknown"
    assert found[right].refusal is None
    assert refusal(found[again]).code in ("confirm.answered", "call.lost"), "or the job has ended by then"


async def test_the_question_of_a_job_is_answered_on_another_tab_and_by_nobody_else(
    connect, django_user_model, transactional_db
):
    robin = await asyncio.to_thread(django_user_model.objects.create_user, "robin")
    tab, other, nobody = await connect(robin), await connect(robin), await connect()
    for wire in (tab, other, nobody):
        await wire.place("tests.background_import")
    number = tab.ask(Call, ROOT, "asks", {})
    question = await question_of(tab)
    assert refusal(await nobody.answer(answers(nobody, question, "yes"))).code == "token.foreign"
    assert (await other.answer(answers(other, question, "yes"))).refusal is None
    assert Toast("You said True") in [result for _, result in items(await tab.answer(number))]


async def test_jobs_that_wait_for_an_answer_keep_nobody_from_running(tab, monkeypatch):
    monkeypatch.setattr(own_worker(tab.page.host), "limit", 1)
    number = tab.ask(Call, ROOT, "asks", {})
    question = await question_of(tab)
    assert (await tab.call(ROOT, "read", count=4)).refusal is None
    given = answers(tab, question, "yes")
    await tab.answer(given)
    assert (await tab.answer(number)).refusal is None


async def test_a_job_that_nobody_answers_ends(tab, monkeypatch):
    monkeypatch.setattr("liveactions.consumers.worker.ANSWERED", 0.05)
    number = tab.ask(Call, ROOT, "asks", {})
    question = await question_of(tab)
    told = await tab.answer(number)
    assert refusal(told).code == "action.timeout"
    assert tab.page.node(ROOT).component.note == ""
    assert question.token


async def test_a_job_that_is_cancelled_waits_for_no_answer(tab):
    number = tab.ask(Call, ROOT, "asks", {})
    await question_of(tab)
    tab.send(Cancel(number))
    assert refusal(await tab.answer(number)).code == "call.cancelled"
    worker = own_worker(tab.page.host)
    for task in list(worker.tasks):
        await asyncio.wait_for(task, 10)
    assert not worker.running


async def test_a_function_for_an_answer_is_refused_with_what_to_do_instead(tab, caplog):
    assert refusal(await tab.call(ROOT, "asks_later")).code == "application.failed"
    assert "await request.confirm" in caplog.text


@pytest.mark.parametrize("name", ["read_later", "read"])
async def test_cancelling_frees_the_page_at_once_and_what_it_still_does_changes_nothing(tab, name):
    args = {"gate": "c"} | ({"count": 7} if name == "read" else {})
    number = tab.ask(Call, ROOT, name, args)
    await begun("c")
    tab.send(Cancel(number))
    assert refusal(await tab.answer(number)).code == "call.cancelled"
    GATES["c"].set()
    assert ">0  1</p>" in text(await tab.call(ROOT, "look"))


async def test_a_generator_stops_after_the_step_in_which_it_is_cancelled(tab):
    number = tab.ask(Call, ROOT, "steps", {"gate": "g"})
    await begun("g")
    tab.send(Cancel(number))
    assert refusal(await tab.answer(number)).code == "call.cancelled"
    GATES["g"].set()
    await tab.call(ROOT, "look")
    assert not any(Toast("two") in results(frame) for frame in tab.frames if isinstance(frame, Apply | Answer))


async def test_a_job_outlives_its_page(tab):
    tab.ask(Call, ROOT, "read", {"count": 1, "gate": "left"})
    await begun("left")
    page = tab.page
    await tab.leave()
    GATES["left"].set()
    for task in list(page.tasks):
        await asyncio.wait_for(task, 10)
    assert page.ended


async def test_the_component_may_be_gone_when_the_job_ends(tab):
    number = tab.ask(Call, ROOT, "read", {"count": 1, "gate": "gone"})
    await begun("gone")
    await tab.unmount(ROOT)
    GATES["gone"].set()
    answer = await tab.answer(number)
    assert (answer.items or [], answer.refusal) == ([], None)


# Nobody does it -------------------------------------------------------------------------------------------------


class Nobody:
    """Jobs that nobody takes, or that somebody has taken and let fall."""

    def __init__(self, state, withdrawn=True):
        self.at, self.withdrawn = state, withdrawn
        self.reminded = self.started = 0
        self.urged, self.again = asyncio.Event(), asyncio.Event()

    async def start(self, job, host):
        self.started += 1
        if self.started > 1:
            self.again.set()

    async def remind(self, job_id, host):
        self.reminded += 1
        self.urged.set()

    async def state(self, job_id):
        if self.at == "away":
            self.at = "gone"
            raise BusUnavailable("Redis is away.")
        return self.at

    async def withdraw(self, job_id):
        return self.withdrawn

    async def fetched(self, key): ...

    async def cancel(self, job_id): ...


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(background, "CHECK", 0.005)
    monkeypatch.setattr(background, "PATIENCE", 6)


def take_from(tab, jobs):
    tab.page.host = replace(tab.page.host, jobs=jobs)
    return jobs


async def test_a_job_that_nobody_has_in_hand_is_lost_and_the_page_is_told_that_nobody_knows(tab, hasty):
    take_from(tab, Nobody("gone"))
    told = refusal(await tab.call(ROOT, "read", count=1))
    assert (told.code, told.fault) == ("call.lost", "server")
    assert "not known" in told.message


async def test_what_leaves_a_receipt_is_handed_to_other_workers_but_not_for_ever(tab, hasty, monkeypatch):
    monkeypatch.setattr(background, "promise_of", lambda run: Promise(run.page.page_id, run.number, 1))
    jobs = take_from(tab, Nobody("gone"))
    told = refusal(await tab.call(ROOT, "read", count=1))
    assert (told.code, jobs.started) == ("call.lost", background.RUNS)
    assert "not known" in told.message


async def test_what_another_worker_was_given_is_not_heard_from_the_first_any_more(tab, hasty, monkeypatch):
    monkeypatch.setattr(background, "promise_of", lambda run: Promise(run.page.page_id, run.number, 1))
    jobs = take_from(tab, Nobody("gone"))
    number = tab.ask(Call, ROOT, "read", {"count": 1})
    await jobs.again.wait()
    jobs.at = "running"
    (job,) = background.jobs_of[tab.page]
    for run, rows in ((1, 7), (2, 9)):
        background.heard(tab.page, {"job": job, "run": run, "steps": [[1, [], {"rows": rows}]], "end": None})
    await tab.answer(number)
    assert ">9  1</p>" in text(await tab.call(ROOT, "look"))


async def test_a_redis_that_is_away_for_a_moment_is_no_lost_job_yet(tab, hasty, caplog):
    take_from(tab, Nobody("away"))
    assert refusal(await tab.call(ROOT, "read", count=1)).code == "call.lost"
    assert "Nobody knows how job" in caplog.text


async def test_a_job_that_nobody_has_begun_is_taken_back(tab, hasty):
    jobs = take_from(tab, Nobody("waiting"))
    told = refusal(await tab.call(ROOT, "read", count=1))
    assert told.code == "page.busy"
    assert "Nothing was done" in told.message
    assert jobs.reminded == 2


async def test_one_that_was_begun_at_the_last_moment_is_waited_for(tab, hasty):
    jobs = take_from(tab, Nobody("waiting", withdrawn=False))
    number = tab.ask(Call, ROOT, "read", {"count": 1})
    await jobs.urged.wait()
    jobs.at = "gone"
    assert refusal(await tab.answer(number)).code == "call.lost"


async def test_news_of_a_job_that_is_none_of_the_page_are_passed_over(tab):
    background.heard(tab.page, {"job": "other", "steps": [[1, [], {"rows": 9}]], "end": None})
    assert ">0  1</p>" in text(await tab.call(ROOT, "look"))
