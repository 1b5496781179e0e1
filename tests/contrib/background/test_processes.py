"""Actions in the background with real processes: a web process, a worker, a Redis, and a client of our own making."""

from __future__ import annotations

import io
import time

import pytest
from pypdf import PdfReader

from tests.contrib.background.conftest import WORKER, Worker
from tests.documents import ROOT
from tests.standing import ANSWER, APPLY

pytestmark = pytest.mark.slow

LEAVE, CALL, CANCEL = 2, 4, 6
TOAST, SIGNAL, WHOLE, CONFIRM, DOWNLOAD = 4, 9, 12, 15, 19


def send_call(tab, action, **args):
    """Call without waiting for the answer; the number of the call."""
    tab.number += 1
    tab.send([CALL, tab.number, tab.ack, tab.component, action, args])
    return tab.number


def answer(tab, number):
    """What came until the call was answered, the answer with it: items of all frames, and the refusal."""
    items = []
    while True:
        frame = tab.data()
        if frame[0] == APPLY:
            items += frame[3]
        elif frame[0] == ANSWER and frame[3] == number:
            return items + (frame[4] if len(frame) > 4 else []), frame[5] if len(frame) > 5 else None


def words(items, number):
    return [item[2] for item in items if item[1] == number]


def until(condition, what):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def until_begun(folder, name):
    file = folder / f"{name}.begun"
    until(lambda: file.exists() and file.read_text(), "the worker did not begin")


def test_the_action_runs_in_the_worker_and_the_page_shows_what_it_did(worker, web, tab):
    items, refusal = answer(tab, send_call(tab, "read"))
    assert refusal is None
    assert words(items, TOAST) == [str(worker.pid)]
    assert "rows: 1" in words(items, WHOLE)[-1]


def test_the_page_stays_usable_while_it_runs(worker, web, tab, folder):
    reading = send_call(tab, "read", gate="go")
    until_begun(folder, "read")
    items, _ = answer(tab, send_call(tab, "look"))
    assert words(items, TOAST) == [str(web.pid)]
    assert "rows: 0, seen: 1" in words(items, WHOLE)[-1]
    (folder / "go").touch()
    items, _ = answer(tab, reading)
    assert "rows: 1, seen: 1" in words(items, WHOLE)[-1]  # the page's own change has not been written over


def test_the_worker_asks_the_user_and_goes_on_with_the_answer(worker, web, tab, folder):
    number = send_call(tab, "ask")
    seen = []
    while not (questions := [item for item in seen if item[1] == CONFIRM]):
        seen += tab.hear()
    token = next(part for part in questions[0][2:] if isinstance(part, str) and len(part) > 40)
    answered = send_call(tab, "@answer", token=token, choice="yes")
    _, refusal = answer(tab, answered)
    assert refusal is None
    items, refusal = answer(tab, number)
    assert (refusal, words(items, TOAST)) == (None, [str(worker.pid)])
    assert "rows: 100" in words(items, WHOLE)[-1]
    assert (folder / "ask.begun").read_text().split() == [str(worker.pid)], "nothing ran twice"


def test_steps_and_progress_come_while_it_runs(worker, web, tab, folder):
    number = send_call(tab, "steps")
    seen = []
    while "step 1" not in str(seen):
        seen += tab.hear()
    assert f"step 1 in {worker.pid}" in str(seen)
    assert "rows: 1" in str(seen)
    while "$progress" not in str(seen):
        seen += tab.hear()
    progress = next(item for item in seen if item[1] == SIGNAL)
    assert progress[2] == "$progress"
    assert (progress[3]["done"], progress[3]["total"], progress[3]["text"]) == (1, 3, "Reading")
    (folder / "after-1").touch()
    (folder / "after-2").touch()
    items, refusal = answer(tab, number)
    assert refusal is None
    assert words(items, TOAST) == [f"step 2 in {worker.pid}"]
    assert [item[3] if len(item) > 3 else None for item in items if item[1] == SIGNAL][-1] is None


def test_cancelling_ends_the_action_in_the_worker(worker, web, tab, folder):
    number = send_call(tab, "watch")
    until_begun(folder, "watch")
    tab.send([CANCEL, number])
    _, refusal = answer(tab, number)
    assert refusal[0] == "call.cancelled"
    until((folder / "watch.stopped").exists, "the action was not stopped")


def test_of_a_worker_that_was_killed_the_page_hears_that_the_outcome_is_unknown(worker, web, tab, folder):
    number = send_call(tab, "read", gate="never")
    until_begun(folder, "read")
    worker.kill()
    killed = time.monotonic()
    _, refusal = answer(tab, number)
    assert refusal[0] == "call.lost"
    assert "whether it was done is not known" in refusal[2]
    assert time.monotonic() - killed < 20
    items, refusal = answer(tab, send_call(tab, "look"))
    assert refusal is None and "rows: 0" in words(items, WHOLE)[-1]
    assert len((folder / "read.begun").read_text().split()) == 1


def test_leaving_the_page_does_not_end_the_job(worker, web, tab, folder):
    send_call(tab, "read", gate="go")
    until_begun(folder, "read")
    tab.send([LEAVE])
    (folder / "go").touch()
    until((folder / "read.done").exists, "the job did not come to its end")


def test_two_workers_never_take_the_same_job(worker, environment, web, tab, folder):
    with Worker(WORKER, env=environment, cwd=ROOT) as other:
        open_calls = {send_call(tab, "read") for _ in range(8)}
        while open_calls:
            frame = tab.data()
            if frame[0] == ANSWER:
                assert len(frame) == 4 or not frame[5:], frame
                open_calls.discard(frame[3])
        begun = (folder / "read.begun").read_text().split()
        assert len(begun) == 8
        assert set(begun) <= {str(worker.pid), str(other.pid)}


def test_a_report_is_printed_by_the_worker_while_the_page_goes_on(worker, web, tab):
    items, refusal = answer(tab, send_call(tab, "print"))
    assert refusal is None
    assert words(items, TOAST) == ["Making the document …"]
    while DOWNLOAD not in [item[1] for item in items]:
        items += tab.hear()
    (content,) = [item[3] for item in items if item[1] == DOWNLOAD]
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert f"one\ntwo\nprinted by {worker.pid}" in text


def test_without_a_worker_it_runs_in_the_web_process(web, tab):
    items, refusal = answer(tab, send_call(tab, "read"))
    assert refusal is None
    assert words(items, TOAST) == [str(web.pid)]
    assert "No worker runs" in web.output()


def test_a_worker_that_is_told_to_stop_says_how_its_jobs_ended(worker, web, tab, folder):
    number = send_call(tab, "watch")
    until_begun(folder, "watch")
    worker.stop()
    _, refusal = answer(tab, number)
    assert refusal[0] == "call.lost"
    assert "was stopped" in refusal[2]
