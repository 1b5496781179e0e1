"""What ``make test`` does about missing things: it installs them, or fails and says how; it never looks away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts import verify
from scripts.verify import Step, Tool


@pytest.fixture
def surroundings(monkeypatch):
    """Verification of two steps, one of which needs a tool that is missing. Returns the commands that were run."""
    ran: list[list[str]] = []

    monkeypatch.setattr(verify, "status_of", lambda command, *_, **__: ran.append(list(command)) or 0)
    monkeypatch.setattr(verify, "TOOLS", (Tool("Abacus", "abacus", lambda: False, [], "Carve one."),))
    monkeypatch.setattr(
        verify,
        "STEPS",
        (Step("style", ["ruff"]), Step("sums", ["add"], ("abacus",)), Step("tests", ["pytest"], uses=("abacus",))),
    )
    for name in ("CI", "ALLOW_MISSING"):
        monkeypatch.delenv(name, raising=False)
    return ran


@pytest.mark.parametrize("env", [{}, {"CI": "true"}, {"CI": "true", "ALLOW_MISSING": "1"}])
def test_a_missing_tool_is_a_failure_that_says_how_to_get_it(surroundings, monkeypatch, capsys, env):
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert verify.main([]) == 1
    assert "Abacus is missing. Carve one." in capsys.readouterr().out
    assert surroundings == []


def test_outside_ci_one_may_do_without_and_the_summary_says_so(surroundings, monkeypatch, capsys):
    monkeypatch.setenv("ALLOW_MISSING", "1")
    assert verify.main([]) == 0
    assert surroundings == [["ruff"], ["pytest", "-m", "not abacus"]]
    printed = capsys.readouterr().out
    assert "Abacus is missing; what needs it was left out." in printed
    assert "– sums" in printed


def test_a_tool_that_can_be_installed_is_installed(surroundings, monkeypatch):
    here = []
    tool = Tool("Abacus", "abacus", lambda: bool(here), [lambda: False, lambda: not here.append(1)], "Carve one.")
    monkeypatch.setattr(verify, "TOOLS", (tool,))
    assert verify.main([]) == 0
    assert ["add"] in surroundings


def test_a_step_that_needs_nothing_runs_without_the_tool(surroundings):
    assert verify.main(["style"]) == 0
    assert surroundings == [["ruff"]]


def test_one_failed_step_fails_the_whole_and_the_others_run(surroundings, monkeypatch, capsys):
    monkeypatch.setattr(verify, "TOOLS", ())
    monkeypatch.setattr(verify, "status_of", lambda command, *_, **__: int(command == ["add"]))
    assert verify.main([]) == 1
    assert "✗ failed: sums" in capsys.readouterr().out


def test_an_unknown_step_is_named_with_the_known_ones(surroundings, capsys):
    assert verify.main(["tset"]) == 2
    assert "style, sums, tests" in capsys.readouterr().out


def test_a_step_that_hangs_is_ended_with_all_it_has_started(tmp_path):
    started = tmp_path / "started"
    script = f"sleep 60 & echo $! > {started}; wait"
    assert verify.status_of(["bash", "-c", script], tmp_path, seconds=0.5) is None
    stat = Path(f"/proc/{started.read_text().strip()}/stat")
    patience = time.monotonic() + 5  # the signal is sent; on a busy machine it takes its time
    while (runs := is_running(stat)) and time.monotonic() < patience:
        time.sleep(0.01)
    assert not runs, "it still runs"


def is_running(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
