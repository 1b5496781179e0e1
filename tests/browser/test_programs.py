"""Programs in a real browser: what the server tells makes the page what Django renders, state after state.

``PROGRAMS_CASES=20000`` plays more random cases; ``PROGRAMS_SEED=…`` plays those of a run again.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.processes import python

ROOT = Path(__file__).parent.parent.parent
CLIENT = ROOT / "liveactions" / "js"
CASES = int(os.environ.get("PROGRAMS_CASES", "400"))
SEED = os.environ.get("PROGRAMS_SEED") or secrets.token_hex(3)

EMPTY = "<!doctype html><title>Cases</title><body></body>"


@pytest.fixture(scope="session")
def player(tmp_path_factory) -> Path:
    """The client's programs, bundled with what plays recorded cases."""
    bundle = tmp_path_factory.mktemp("player") / "player.js"
    esbuild = CLIENT / "node_modules" / ".bin" / "esbuild"
    options = ("--bundle", "--format=iife", "--log-level=warning", f"--outfile={bundle}")
    subprocess.run([esbuild, "test/programs/browser.ts", *options], cwd=CLIENT, check=True)
    return bundle


@pytest.fixture
def page(browser: Browser, player: Path) -> Page:
    """An empty page that can play."""

    def empty(route: Route) -> None:
        route.fulfill(body=EMPTY, content_type="text/html")

    page = browser.new_page()
    page.route("**/*", empty)
    page.goto("http://cases.test/")
    page.add_script_tag(path=player)
    yield page
    page.close()


def play(page: Page, cases: dict[str, Any]) -> Any:
    return page.evaluate("cases => replayAll(cases)", cases)


def golden() -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "protocol" / "programs").glob("*.json")}


def random_cases() -> dict[str, Any]:
    # In a process of its own: Django keeps away from the database where Playwright's loop is.
    return json.loads(python("-m", "tests.programs", "record", SEED, str(CASES), cwd=ROOT, env=os.environ))


def test_the_golden_cases_come_out_right(page):
    assert play(page, golden()) == {"wrong": {}, "mended": []}


def test_random_cases_come_out_right(page):
    cases = random_cases()
    assert len(cases) > CASES / 2
    result = play(page, cases)
    wrong = {name: said for name, said in result["wrong"].items() if cases[name]["sound"]}
    failures = "\n".join(f"case {name}:\n  " + "\n  ".join(said) for name, said in wrong.items())
    assert not wrong, f"PROGRAMS_SEED={SEED}\n{failures}"
    odd = {*result["wrong"], *result["mended"]}
    assert len(odd) < len(cases) / 50, f"broken HTML comes out wrong in {len(odd)} of {len(cases)} cases"


def test_a_page_that_is_not_what_django_renders_is_noticed(page):
    (name, case), *_ = golden().items()
    case["steps"][0]["html"] += "<b>more</b>"
    assert "the page is not what Django renders" in play(page, {name: case})["wrong"][name][0]
