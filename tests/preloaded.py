"""Python programs as processes of their own that begin where their imports would end.

A server needs a second of a core to import what it is made of, before it does anything; and these tests start hundreds.
Here they are forked from one process for each test process that has imported what all of them share, and has done
nothing else with it (`multiprocessing`'s forkserver). What depends on settings each one imports itself.
"""

from __future__ import annotations

import atexit
import os
import runpy
import subprocess
import sys
import tempfile
import types
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

__all__ = ["Forked", "begun", "can_fork", "run"]

# Not among them is what makes at its import what processes must not share: daphne's server makes an event loop.
SHARED = """
    asyncio ssl sqlite3 logging.config
    django.core.handlers.asgi django.core.management django.contrib.auth django.db.models django.template.loader
    channels.auth channels.routing channels.security.websocket msgpack pydantic redis.asyncio
    autobahn.twisted.websocket twisted.internet.asyncioreactor twisted.web.http
    uvicorn.main uvicorn.protocols.http.auto uvicorn.protocols.websockets.auto
    liveactions.asgi
""".split()

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(SHARED)


def can_fork(command: Sequence[str]) -> bool:
    """Whether this is a program of the Python that runs here."""
    return command[0] == sys.executable


def begun(
    command: Sequence[str], *, cwd: Path | str | None, env: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes] | Forked:
    """Start a program as the leader of a session of its own. What it prints goes to the end of ``log``."""
    if can_fork(command):
        return Forked(command[1:], cwd=cwd, env=env, log=log)
    with log.open("ab") as end:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=end,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(*arguments: str, cwd: Path | str, env: Mapping[str, str]) -> str:
    """Run Python with these ``arguments`` until it ends; what it printed. Raises ``AssertionError`` if it failed."""
    handle, name = tempfile.mkstemp(prefix="program-", suffix=".log")
    os.close(handle)
    log = Path(name)
    try:
        status = Forked(arguments, cwd=cwd, env=env, log=log).wait()
        printed = log.read_text(encoding="utf-8", errors="replace")
    finally:
        log.unlink()
    assert status == 0, printed
    return printed


class Forked:
    """``python arguments…``, forked: as much of a `subprocess.Popen` as servers need.

    ``arguments`` are a command line's: ``-u`` (which is so anyway), then ``-m module``, ``-c code`` or a path, then
    what the program itself is told.
    """

    def __init__(self, arguments: Sequence[str], *, cwd: Path | str | None, env: Mapping[str, str], log: Path) -> None:
        told, telling = CONTEXT.Pipe(duplex=False)
        where = str(cwd or Path.cwd())
        self.process = CONTEXT.Process(
            target=become, args=(telling, list(arguments), where, dict(env), str(log)), daemon=True
        )
        self.process.start()
        telling.close()
        try:
            told.recv()  # from now on it can be found as a group
        except EOFError:
            pass  # it has ended before: wait() tells
        finally:
            told.close()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        """Its exit status if it has ended; that of one that was killed is the signal's number, negative."""
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises ``subprocess.TimeoutExpired`` after ``timeout`` seconds."""
        self.process.join(timeout)
        status = self.process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return status


# In the new process ------------------------------------------------------------------------------------------


def become(telling: Connection, arguments: list[str], cwd: str, env: dict[str, str], log: str) -> None:
    """Make this process what ``python arguments…`` would be, and run that."""
    os.setsid()
    telling.send(None)
    telling.close()
    printed = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for taken in (1, 2):
        os.dup2(printed, taken)
    os.close(printed)
    sys.stdout.reconfigure(encoding="utf-8", write_through=True)
    sys.stderr.reconfigure(encoding="utf-8", write_through=True)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    places = [cwd, *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
    sys.path[:] = dict.fromkeys([*places, *sys.path])
    try:
        program(arguments)
    finally:
        atexit._run_exitfuncs()  # which multiprocessing leaves out


def program(arguments: list[str]) -> None:
    kind, *rest = arguments[1:] if arguments[0] == "-u" else arguments
    if kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    else:
        sys.argv = [kind, *rest]
        sys.path.insert(0, str(Path(kind).resolve().parent))
        runpy.run_path(kind, run_name="__main__")
