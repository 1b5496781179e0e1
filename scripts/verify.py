"""`make test`: install what the tests need, run every step, print one summary.

    python scripts/verify.py              everything
    python scripts/verify.py style types  only these steps

A missing Redis, PostgreSQL, Chromium or Node is installed where that is possible; otherwise it is a failure. Outside CI
(``CI`` not set) ``ALLOW_MISSING=1`` leaves out what needs it, and the summary says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "liveactions" / "js"
BIN = Path(sys.executable).parent
OTHERS = {"REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE"}
"""Settings of whoever runs this that no step is to have; with the last one each process would compile everything."""
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Tool:
    """Something outside Python that tests need. ``marker`` is the pytest marker of those that do."""

    name: str
    marker: str
    present: Callable[[], bool]
    install: Sequence[Callable[[], bool]]
    advice: str


@dataclass(frozen=True)
class Step:
    """One command of the verification. Without what it ``needs`` it cannot run; without what it ``uses``, in part."""

    name: str
    command: Sequence[str]
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    cwd: Path = ROOT
    seconds: float = 120
    """After which it is ended: a step that hangs has failed."""
    aloud: bool = False
    """Print its output as it comes, not only when it fails."""


CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

PYTEST = ("pytest", "--dist", "worksteal", "-q", "-n")
"""What follows is how many processes there are. Where tests wait for browsers and clocks there are more than cores."""

STEPS = (
    Step("style", ["ruff", "check", "."]),
    Step("format", ["ruff", "format", "--check", "."]),
    Step("types", ["mypy"]),
    Step("floors", ["lint-imports"]),
    Step("client-types", ["npm", "run", "--silent", "types"], ("node",), cwd=CLIENT),
    Step("client-tests", ["npm", "test", "--silent"], ("node",), cwd=CLIENT),
    Step(
        "tests",
        [*PYTEST, str(CORES + 1), "--ignore", "tests/browser", "--ignore", "tests/faults"],
        uses=("redis", "postgres", "node"),
        seconds=900,
        aloud=True,
    ),
    # In processes of their own: between its calls Playwright leaves an event loop running, and others stumble over it.
    Step("browser", [*PYTEST, str(CORES + 1), "tests/browser"], needs=("browser", "redis"), seconds=900, aloud=True),
    # By themselves: they measure, and stop the clock of whole processes.
    Step(
        "faults",
        [*PYTEST, str(min(2 * CORES, 8)), "tests/faults"],
        needs=("redis",),
        uses=("browser",),
        seconds=600,
        aloud=True,
    ),
)


def main(names: Sequence[str]) -> int:
    """Run the steps called ``names`` (all without any). Returns 0 if every one succeeded."""
    known = {step.name for step in STEPS}
    if unknown := set(names) - known:
        print(f"Unknown steps: {', '.join(sorted(unknown))}. Known are: {', '.join(step.name for step in STEPS)}.")
        return 2
    steps = [step for step in STEPS if not names or step.name in names]
    missing = prepare(steps)
    if missing and not may_leave_out():
        for tool in missing:
            print(f"✗ {tool.name} is missing. {tool.advice}")
        print("Outside CI, ALLOW_MISSING=1 runs the rest.")
        return 1
    return summary([run(step, missing) for step in steps], missing)


def may_leave_out() -> bool:
    return os.environ.get("ALLOW_MISSING") == "1" and not os.environ.get("CI")


# ── Set-up ──


def prepare(steps: Sequence[Step]) -> list[Tool]:
    """Install what the steps need; what could not be installed."""
    wanted = {marker for step in steps for marker in (*step.needs, *step.uses)}
    return [tool for tool in TOOLS if tool.marker in wanted and not provide(tool)]


def provide(tool: Tool) -> bool:
    """Whether the tool is there, if need be after trying each way to install it."""
    if tool.present():
        return True
    for install in tool.install:
        print(f"· installing {tool.name} …", flush=True)
        if install() and tool.present():
            return True
    return False


def apt(package: str) -> Callable[[], bool]:
    def install() -> bool:
        prefix = root_prefix()
        if prefix is None or not shutil.which("apt-get"):
            return False
        command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
        return refreshed(tuple(command)) and succeeds([*command, "install", "-y", "--no-install-recommends", package])

    return install


@cache
def refreshed(command: tuple[str, ...]) -> bool:
    return succeeds([*command, "update", "-q"])


def root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None if that is not to be had without a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def playwright_chromium() -> bool:
    options = ["--with-deps"] if root_prefix() is not None and shutil.which("apt-get") else []
    return succeeds([str(BIN / "playwright"), "install", *options, "chromium"])


def has_redis() -> bool:
    return shutil.which("redis-server") is not None


def has_postgres() -> bool:
    """Debian keeps the server beside the path, one folder for each version."""
    return shutil.which("postgres") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def has_chromium() -> bool:
    return chromium() is not None


def chromium() -> str | None:
    """A browser that starts (on some systems the command only advises to install a snap)."""
    given = os.environ.get("CHROMIUM")
    for name in (given,) if given else (*CHROMIUMS, playwright_path()):
        path = shutil.which(name) if name else None
        if path and succeeds([path, "--version"]):
            return path
    return None


def playwright_path() -> str:
    """Where Playwright would keep its own Chromium."""
    code = "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def has_client_tools() -> bool:
    """Node 20, and the client's packages as package-lock.json has them."""
    installed, wanted = CLIENT / "node_modules" / ".package-lock.json", CLIENT / "package-lock.json"
    return node_version() >= 20 and installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime


def node_version() -> int:
    if not shutil.which("node") or not shutil.which("npm"):
        return 0
    printed = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return int(printed.lstrip("v").partition(".")[0] or 0)


def npm_ci() -> bool:
    if node_version() < 20:
        return False
    done = succeeds(["npm", "ci", "--no-audit", "--no-fund"], cwd=CLIENT)
    if done:
        (CLIENT / "node_modules" / ".package-lock.json").touch()
    return done


def succeeds(command: Sequence[str], cwd: Path = ROOT) -> bool:
    try:
        done = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


TOOLS = (
    Tool("Redis", "redis", has_redis, [apt("redis-server")], "Install redis-server (Debian: apt-get install …)."),
    Tool(
        "PostgreSQL", "postgres", has_postgres, [apt("postgresql")], "Install it (Debian: apt-get install postgresql)."
    ),
    Tool(
        "Chromium",
        "browser",
        has_chromium,
        [apt("chromium"), playwright_chromium],
        "Install it (Debian: apt-get install chromium; elsewhere: .venv/bin/playwright install chromium), "
        "or name one: CHROMIUM=/path/to/chrome.",
    ),
    Tool("Node 20 with npm", "node", has_client_tools, [npm_ci], "Install Node 20 or newer: https://nodejs.org."),
)


# ── Running ──


@dataclass(frozen=True)
class Outcome:
    name: str
    verdict: str
    seconds: float


def run(step: Step, missing: Sequence[Tool]) -> Outcome:
    """Run one step, and print what it says: as it comes, or only if it fails."""
    absent = {tool.marker for tool in missing}
    if absent.intersection(step.needs):
        return Outcome(step.name, "left out", 0.0)
    command = list(step.command)
    if without := sorted(absent.intersection(step.uses)):
        command += ["-m", " and ".join(f"not {marker}" for marker in without)]
    print(f"── {step.name}: {' '.join(command)}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as kept:
        status = status_of(command, step.cwd, step.seconds, output=None if step.aloud else kept)
        kept.seek(0)
        print(kept.read() if status != 0 else "", end="", flush=True)
    if status is None:
        print(f"{step.name} was ended: it took longer than {step.seconds:g} s.")
    return Outcome(step.name, "ok" if status == 0 else "failed", time.monotonic() - began)


def status_of(command: Sequence[str], cwd: Path, seconds: float, output: IO[str] | None = None) -> int | None:
    """The exit status of a command; None if it had to be ended, which ends all that it has started."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output and subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:  # too slow, or Ctrl-C: the session's leader takes its children along
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@cache
def environment() -> dict[str, str]:
    """The present one without the settings of whoever runs this, with .venv first and the browser named."""
    env = {name: value for name, value in os.environ.items() if name not in OTHERS}
    env["PATH"] = f"{BIN}{os.pathsep}{env['PATH']}"
    if path := chromium():
        env["CHROMIUM"] = path
    return env


def summary(outcomes: Sequence[Outcome], missing: Sequence[Tool]) -> int:
    """Print what came of each step. Returns the exit status."""
    marks = {"ok": "✓", "failed": "✗", "left out": "–"}
    print("\n── summary")
    for outcome in outcomes:
        print(f"  {marks[outcome.verdict]} {outcome.name:<14}{outcome.verdict:<9}{outcome.seconds:7.1f} s")
    for tool in missing:
        print(f"  – {tool.name} is missing; what needs it was left out. {tool.advice}")
    failed = [outcome.name for outcome in outcomes if outcome.verdict == "failed"]
    print(f"  {'✗ failed: ' + ', '.join(failed) if failed else '✓ all good'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
