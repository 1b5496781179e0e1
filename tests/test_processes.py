"""Processes that are forked for tests are what they would be if they were started."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys

import pytest

from tests.documents import ROOT
from tests.processes import Forked, changed, run, start

SAYS = """
import json, os, sys, tempfile
print(json.dumps({
    "arguments": sys.argv[1:], "name": __name__, "cwd": os.getcwd(), "environment": dict(os.environ),
    "path": [each for each in sys.path if each], "first": sys.path[0], "temporary": tempfile.gettempdir(),
    "leads": os.getsid(0) == os.getpid(), "files": sorted(os.listdir("/proc/self/fd"))[:3],
}))
print(sys.stdin.read(), file=sys.stderr)
sys.exit(3)
"""
KINDS = {"code": ["-c", SAYS], "module": ["-m", "says"], "file": ["says.py"], "at once": ["-u", "says.py"]}


@pytest.mark.parametrize("program", KINDS.values(), ids=KINDS)
def test_a_forked_process_sees_what_one_sees_that_was_started(program, tmp_path, monkeypatch):
    (tmp_path / "says.py").write_text(SAYS)
    env = changed({"PYTHONPATH": str(ROOT), "MARK": "mine", "TMPDIR": str(tmp_path), "HOME": None})
    command = [sys.executable, *program, "one", "-two"]
    forked = run(command, env=env, cwd=tmp_path)
    monkeypatch.setenv("START_COLD", "1")
    started = run(command, env=env, cwd=tmp_path)
    assert json.loads(forked.stdout) == json.loads(started.stdout)
    assert (forked.stderr, forked.returncode) == (started.stderr, started.returncode) == ("\n", 3)


def told(code: str) -> str:
    return run([sys.executable, "-c", code], check=True).stdout.strip()


def test_it_has_no_reactor_and_knows_no_component_of_a_battery():
    assert told("import sys; print('twisted.internet.reactor' in sys.modules)") == "False"
    assert told("from liveactions.components.registry import registry; print(registry.names())") == "[]"


def test_two_of_them_have_no_chance_in_common():
    code = "import random, secrets, uuid; print(random.random(), secrets.token_hex(), uuid.uuid4())"
    assert len({told(code) for _ in range(3)}) == 3


def test_how_it_ended_is_told(tmp_path):
    with (tmp_path / "out").open("wb") as out:
        process = start([sys.executable, "-c", "import time; time.sleep(60)"], env=os.environ, out=out)
        assert isinstance(process, Forked)
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        process.send_signal(signal.SIGKILL)
        assert (process.wait(10), process.poll()) == (-signal.SIGKILL, -signal.SIGKILL)
        process.send_signal(signal.SIGKILL)  # nobody else is hit who has its number by now


def test_its_end_is_heard_also_by_who_has_more_than_a_thousand_files_open():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    with contextlib.ExitStack() as many:
        for _ in range(1100):
            many.enter_context(open(os.devnull))  # noqa: PTH123  # quicker, and all are closed
        assert run([sys.executable, "-c", "print('here')"]).stdout == "here\n"


def test_a_failure_is_told_with_what_was_printed():
    with pytest.raises(AssertionError, match=r"ended with 1:\n(.|\n)*ValueError: odd"):
        run([sys.executable, "-c", "raise ValueError('odd')"], check=True)


def test_what_is_looked_at_when_a_program_begins_is_seen_by_it(tmp_path):
    with (tmp_path / "out").open("wb") as out:
        process = start([sys.executable, "-c", ""], env=changed({"MALLOC_ARENA_MAX": "1"}), out=out)
    assert isinstance(process, subprocess.Popen)
    assert process.wait(10) == 0


@pytest.mark.parametrize("options", [["-W", "error"], ["-X", "dev"]], ids=str)
def test_what_changes_python_itself_is_started(options, tmp_path):
    with (tmp_path / "out").open("wb") as out:
        process = start([sys.executable, *options, "-c", ""], env=os.environ, out=out)
    assert isinstance(process, subprocess.Popen)
    assert process.wait(10) == 0
