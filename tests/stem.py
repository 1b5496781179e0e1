"""The program from which ``tests.processes`` has Python processes forked: it has imported what nearly all of them do.

It is told over a socket, which is its standard input, and ends when that is closed. A message is its length (eight
bytes, and beside them three files of whoever is to be started) and JSON: what to start, or whose end to report.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import json
import os
import runpy
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

COMMON = """
    asyncio concurrent.futures.thread logging.config sqlite3 urllib.request
    autobahn.twisted.websocket daphne.http_protocol twisted.internet.asyncioreactor twisted.internet.endpoints
    twisted.web.http uvicorn.main uvicorn.lifespan.on uvicorn.logging uvicorn.loops.asyncio
    uvicorn.protocols.http.auto uvicorn.protocols.websockets.auto
    channels.auth channels.db channels.layers channels.routing channels.security.websocket channels.sessions
    channels_redis.pubsub msgpack pydantic redis.asyncio
    django.conf.urls.static django.contrib.admin.options django.contrib.messages.middleware
    django.contrib.sessions.middleware
    django.contrib.staticfiles.handlers django.contrib.staticfiles.storage django.core.asgi
    django.core.management.commands.check django.core.management.commands.migrate
    django.core.servers.basehttp django.db.backends.sqlite3.base django.forms
    django.middleware.security django.template.backends.django django.test.signals
    django.utils.translation.trans_real django.views.generic django.views.static
    liveactions.asgi liveactions.wire
""".split()
"""Modules that need no settings, declare nothing (no battery: it has components), and open nothing (no reactor)."""


def main() -> None:
    """Serve; in a process that was forked, return when that is ready to be what it was asked to be, and be it."""
    sys.path[0] = str(ROOT)
    for name in COMMON:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # something that is optional, or that another version has not
    faulthandler.enable()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=os.dup(0)) as control:
        job = serve(control)
    if job is not None:
        become(**job)


def serve(control: socket.socket) -> dict[str, Any] | None:
    """Do what is asked until nobody is there to ask. In a process that was forked: what that is to be."""
    while True:
        head, files, _, _ = socket.recv_fds(control, 8, 3)
        if not head:
            return None
        with control.makefile("rb") as stream:
            asked = json.loads(stream.read(int.from_bytes(head, "big")))
        if (number := asked.get("reap")) is not None:
            control.sendall(json.dumps(ended(number)).encode() + b"\n")
            continue
        if (number := os.fork()) == 0:
            for place, file in enumerate(files):
                os.dup2(file, place)
            return dict(asked)
        for file in files:
            os.close(file)
        control.sendall(json.dumps(number).encode() + b"\n")


def ended(number: int) -> int | None:
    """The exit status of a process, as `subprocess` has it; None while it runs."""
    found, status = os.waitpid(number, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def become(program: list[str], *, prompt: bool, cwd: str, env: dict[str, str]) -> None:
    """Be what ``python`` would be that is asked for ``program``; ``prompt``: it prints at once."""
    os.setpgid(0, 0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    importlib.invalidate_caches()
    tempfile.tempdir = None
    prompt = prompt or bool(env.get("PYTHONUNBUFFERED"))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=prompt or stream is sys.stderr, write_through=prompt)
    sys.dont_write_bytecode = bool(env.get("PYTHONDONTWRITEBYTECODE"))
    named = [str(Path(each).resolve()) for each in env.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[1:] = dict.fromkeys([*named, *sys.path[1:]])  # each once, as `site` leaves it
    run(cwd, *program)


def run(cwd: str, kind: str, what: str, *arguments: str) -> None:
    sys.argv = ["-c" if kind == "-c" else what, *arguments]
    if kind == "-m":
        sys.path[0] = cwd
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.path[0] = ""
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.path[0] = str(Path(what).resolve().parent)
        runpy.run_path(what, run_name="__main__")


if __name__ == "__main__":
    main()
