"""The cases of the three systems that this vocabulary unites, by their ids: each has a test that is named after it.

F1 to F18 are those of an ERP's action results, H1 to H26 those of HyperDjango's action items, L1 to L20 those of Lino's
action requests. A test is found by its name (``test_f1_…``), one of the client by its title (``F1: …``).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASES = [f"{system}{number}" for system, last in (("f", 18), ("h", 26), ("l", 20)) for number in range(1, last + 1)]

IN_PYTHON = re.compile(r"def test_((?:[fhl]\d+_)+)")
IN_TYPESCRIPT = re.compile(r"test\([\"`]((?:[FHL]\d+[ :])+)")


def named() -> set[str]:
    """The ids that some test is named after."""
    python = [text for path in (ROOT / "tests").rglob("test_*.py") for text in IN_PYTHON.findall(path.read_text())]
    client = (ROOT / "liveactions" / "js" / "test").rglob("*.test.ts")
    typescript = [text for path in client for text in IN_TYPESCRIPT.findall(path.read_text())]
    return {case for text in [*python, *typescript] for case in re.findall(r"[fhl]\d+", text.lower())}


@pytest.mark.parametrize("case", CASES)
def test_a_case_of_the_seeds_has_its_test(case):
    assert case in named()


def test_no_test_is_named_after_a_case_that_there_is_not():
    assert named() <= set(CASES)
