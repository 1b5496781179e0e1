"""Python processes that tests start: each is forked from one that has imported what nearly all of them do.

A process on Django, Channels and a server imports for most of a second before it does anything of its own. One that is
forked has its own process group, environment, files and settings all the same; what it has done before is to import.
``START_COLD=1`` starts every one from nothing, and so are commands of which ``understood`` does not know better.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

__all__ = ["APART", "Forked", "Process", "changed", "forget_stem", "python", "run", "start"]

STEM = Path(__file__).with_name("stem.py")

FOLLOWED = {"PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
"""Variables for Python itself that a forked process can still follow."""

AT_START = ("PYTHON", "MALLOC_", "LD_")
"""How variables begin that are looked at when a program begins, and never again."""


APART: Mapping[str, Any] = {"process_group": 0} if sys.version_info >= (3, 11) else {"start_new_session": True}
"""For ``subprocess``: a group of its own, so that it is signalled with its children and nobody else is. Not a session
of its own, where that can be helped: Linux shares the processors out among sessions first, and a test would have as
little of them as each of the servers that it has started, however many tests share its session."""


class Forked:
    """A process that was forked from the stem: as much of ``subprocess.Popen`` as tests use."""

    def __init__(self, stem: Stem, args: Sequence[str], pid: int) -> None:
        self.stem = stem
        self.args = args
        self.pid = pid
        self.returncode: int | None = None
        self.end = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Its exit status, or minus the signal that has ended it; None while it runs."""
        if self.returncode is None:
            self.returncode = self.stem.ask({"reap": self.pid})
            if self.returncode is not None:
                os.close(self.end)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The same when it has ended. Raises ``subprocess.TimeoutExpired`` after ``timeout`` seconds."""
        if self.returncode is None and not self.has_ended_within(timeout):
            raise subprocess.TimeoutExpired(list(self.args), timeout or 0.0)
        status = self.poll()
        assert status is not None
        return status

    def has_ended_within(self, timeout: float | None) -> bool:
        waiting = select.poll()  # and not select(): who has many files open has some with large numbers
        waiting.register(self.end, select.POLLIN)
        return bool(waiting.poll(None if timeout is None else timeout * 1000))

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


Process = Forked | subprocess.Popen  # type: ignore[type-arg]


class Stem:
    """``stem.py``, running. Usable from any thread."""

    def __init__(self) -> None:
        self.control, its_end = socket.socketpair()
        env = {name: value for name, value in os.environ.items() if name not in FOLLOWED}
        with its_end:
            self.process = subprocess.Popen([sys.executable, str(STEM)], stdin=its_end, env=env, **APART)
        self.lock = threading.Lock()
        self.answers = self.control.makefile("rb")

    def ask(self, question: Mapping[str, Any], files: Sequence[int] = ()) -> int | None:
        body = json.dumps(question).encode()
        head = len(body).to_bytes(8, "big")
        with self.lock:
            if files:
                socket.send_fds(self.control, [head], files)
            else:
                self.control.sendall(head)
            self.control.sendall(body)
            answer: int | None = json.loads(self.answers.readline())
        return answer

    def fork(self, args: Sequence[str], job: Mapping[str, Any], files: Sequence[int]) -> Forked:
        pid = self.ask(job, files)
        assert pid is not None
        return Forked(self, args, pid)

    def close(self) -> None:
        self.answers.close()
        self.control.close()
        self.process.wait()


stem: Stem | None = None


def the_stem() -> Stem:
    """The one of this process: made when it is first needed."""
    global stem  # noqa: PLW0603  # one for each process
    if stem is None:
        stem = Stem()
    return stem


def forget_stem() -> None:
    """End it. What was forked from it goes on."""
    global stem  # noqa: PLW0603  # as above
    if stem is not None:
        stem.close()
    stem = None


def understood(command: Sequence[str], env: Mapping[str, str]) -> dict[str, Any] | None:
    """What the stem is told of a command. None: Python must be started for it, because it is another or told more."""
    python, *rest = command
    if python != sys.executable or "START_COLD" in os.environ or not hasattr(os, "pidfd_open"):
        return None
    said = (name for name in {*env, *os.environ} - FOLLOWED if name.startswith(AT_START))
    if any(env.get(name) != os.environ.get(name) for name in said):
        return None
    prompt = rest[:1] == ["-u"]
    rest = rest[prompt:]
    kind = rest[0] if rest[0] in ("-m", "-c") else "file"
    if kind == "file" and rest[0].startswith("-"):
        return None
    return {"prompt": prompt, "program": rest if kind != "file" else [kind, *rest]}


def changed(env: Mapping[str, str | None]) -> dict[str, str]:
    """The present environment with the changes of ``env``; None removes a variable."""
    return {name: value for name, value in {**os.environ, **env}.items() if value is not None}


def start(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | str | None = None,
    out: IO[Any],
    err: IO[Any] | None = None,
) -> Process:
    """Start a command in a process group of its own, without input. ``env`` is all of its environment.

    What it prints goes to the files ``out`` and ``err``; both to ``out`` if there is one.
    """
    job = understood(command, env)
    with Path(os.devnull).open("rb") as nothing:
        if job is None:
            return subprocess.Popen(command, cwd=cwd, env=env, stdin=nothing, stdout=out, stderr=err or out, **APART)
        job |= {"cwd": str(cwd or Path.cwd()), "env": dict(env)}
        return the_stem().fork(command, job, [each.fileno() for each in (nothing, out, err or out)])


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    timeout: float = 120.0,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end: like ``subprocess.run`` with ``capture_output`` and ``text``."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = start(command, env=os.environ if env is None else env, cwd=cwd, out=out, err=err)
        try:
            status = process.wait(timeout)
        except BaseException:
            process.send_signal(signal.SIGKILL)
            process.wait()
            raise
        for file in (out, err):
            file.seek(0)
        done = subprocess.CompletedProcess(list(command), status, out.read(), err.read())
    if check and status != 0:
        raise AssertionError(f"{' '.join(command)} ended with {status}:\n{done.stdout}{done.stderr}")
    return done


def python(*arguments: str, env: Mapping[str, str], cwd: Path | str | None = None) -> str:
    """Run Python with these ``arguments`` to its end; what it printed. Raises ``AssertionError`` if it failed."""
    return run([sys.executable, *arguments], env=env, cwd=cwd, check=True).stdout
