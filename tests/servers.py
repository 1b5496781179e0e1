"""Real servers for tests: started on a free port of 127.0.0.1, awaited, and ended by their own process group.

::

    with daphne("mysite.asgi:application", cwd=project) as site:
        urlopen(site.url)

    with redis() as store, daphne("…", env={"REDIS_URL": store.url}) as one, daphne("…", …) as two: ...
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from tests.processes import Process, changed, start

__all__ = ["Server", "ServerFailed", "answers", "daphne", "free_port", "redis", "uvicorn"]

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)
"""Below the range from which Linux gives ports to outgoing connections, so nobody takes one by accident."""


class ServerFailed(RuntimeError):
    """The server ended, or did not answer in time. The message carries what it printed."""


class Server:
    """A process that listens on ``port`` while the ``with`` block runs.

    ``command`` may hold ``{port}``. ``port`` 0 chooses a free one. ``env`` is added to the present environment;
    a value of None removes a variable. ``timeout`` is seconds until the port must answer. What the process prints
    goes to a temporary file, never to a pipe that could fill up; read it with ``output()``.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int = 0,
        env: Mapping[str, str | None] | None = None,
        *,
        cwd: Path | str | None = None,
        scheme: str = "http",
        timeout: float = 30.0,
    ) -> None:
        self.port = port or free_port()
        self.command = [part.replace("{port}", str(self.port)) for part in command]
        self.env = changed(env or {})
        self.cwd = cwd
        self.scheme = scheme
        self.timeout = timeout
        self.process: Process | None = None
        self.log = Path(tempfile.mkstemp(prefix="server-", suffix=".log")[1])

    @property
    def url(self) -> str:
        """The address without a trailing slash: ``http://127.0.0.1:20817``."""
        return f"{self.scheme}://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server was not started"
        return self.process.pid

    def start(self) -> None:
        """Start the process and return when its port answers. Raises ``ServerFailed`` with its output otherwise."""
        with self.log.open("ab") as log:
            self.process = start(self.command, env=self.env, cwd=self.cwd, out=log)
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.kill()
            self.log.unlink()
            raise

    def wait_until_it_answers(self, port: int = 0) -> None:
        """Return when ``port`` (its own, if not given) accepts connections. Raises ``ServerFailed``."""
        self.wait_until(lambda: answers(port or self.port), f"answer on port {port or self.port}")

    def wait_until_it_prints(self, text: str) -> None:
        """Return when ``text`` is in its output. Raises ``ServerFailed``."""
        self.wait_until(lambda: text in self.output(), f"print {text!r}")

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        assert self.process is not None, "the server was not started"
        deadline = time.monotonic() + self.timeout
        while not condition():
            if self.process.poll() is not None:
                raise ServerFailed(f"{self.command} ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.command} did not {what} within {self.timeout} s:\n{self.output()}")
            time.sleep(0.05)

    def stop(self, grace: float = 5.0) -> None:
        """End it politely (SIGTERM); after ``grace`` seconds, or if children stay behind, by force."""
        if self.process is None:
            return
        self.send(signal.SIGTERM)
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            pass  # it had its chance
        self.kill()

    def kill(self) -> None:
        """End the whole process group at once, as a crash or a lost machine would. ``start()`` may follow."""
        if self.process is None:
            return
        self.send(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process group (its id is the process's own, because it leads it)."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def output(self) -> str:
        """Everything the process has printed so far."""
        return self.log.read_text(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is not None:
            sys.stderr.write(f"--- {' '.join(self.command)}\n{self.output()}\n")
        self.log.unlink(missing_ok=True)


def daphne(
    application: str,
    *,
    port: int = 0,
    env: Mapping[str, str | None] | None = None,
    cwd: Path | str | None = None,
    python: Path | str = sys.executable,
    options: Sequence[str] = (),
) -> Server:
    """A daphne that serves ``application`` (``package.module:name``), not yet started; ``options`` are further ones of
    its command line."""
    command = [str(python), "-m", "daphne", "-b", HOST, "-p", "{port}", *options, application]
    return Server(command, port, {"PYTHONUNBUFFERED": "1", **(env or {})}, cwd=cwd)


def uvicorn(
    application: str,
    *,
    port: int = 0,
    env: Mapping[str, str | None] | None = None,
    cwd: Path | str | None = None,
    python: Path | str = sys.executable,
    options: Sequence[str] = (),
) -> Server:
    """A uvicorn that serves ``application``, not yet started; ``options`` are further ones of its command line."""
    ours = ["--host", HOST, "--port", "{port}", "--ws-per-message-deflate", "false", "--log-level", "info"]
    command = [str(python), "-m", "uvicorn", *ours, *options, application]
    return Server(command, port, {"PYTHONUNBUFFERED": "1", **(env or {})}, cwd=cwd)


def redis(*, port: int = 0) -> Server:
    """A Redis of one's own that keeps nothing, not yet started. Raises ``ServerFailed`` where Redis is missing."""
    program = shutil.which("redis-server")
    if program is None:
        raise ServerFailed("redis-server is not installed. `make test` installs it, or: apt-get install redis-server")
    command = [program, "--bind", HOST, "--port", "{port}", "--save", "", "--appendonly", "no"]
    return Server(command, port, cwd=tempfile.gettempdir(), scheme="redis")


def free_port() -> int:
    """A port that nobody listens on, and that no other test process is given as long as this one lives."""
    # SystemRandom: pytest-randomly seeds `random` alike in every worker.
    for port in random.SystemRandom().sample(PORTS, min(len(PORTS), 200)):
        if claims.take(port) and is_unbound(port):
            return port
    raise ServerFailed(f"No free port found between {PORTS.start} and {PORTS.stop}.")


class Claims:
    """The ports that this process has been given: bytes of one file, which it has locked."""

    def __init__(self) -> None:
        self.file = os.open(Path(tempfile.gettempdir()) / f"liveactions-ports-{os.getuid()}", os.O_RDWR | os.O_CREAT)
        self.mine: set[int] = set()

    def take(self, port: int) -> bool:
        """Whether it is this process's from now on, and was not before."""
        if port in self.mine:
            return False
        try:
            fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        except OSError:
            return False
        self.mine.add(port)
        return True


claims = Claims()


def is_unbound(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """Whether somebody listens on ``port`` of 127.0.0.1."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
