"""Every fault there is a number for is provoked: in a scenario, or by tests that a browser runs."""

from __future__ import annotations

import ast

from tests.documents import ROOT
from tests.faults.elsewhere import ELSEWHERE
from tests.faults.goals import GOALS
from tests.faults.scenarios import FAULTS, RARE

EVERY = {f"F{number}" for number in range(1, 59)}


def test_every_fault_has_a_scenario_or_tests_of_its_own():
    assert FAULTS.keys() | {name for name in ELSEWHERE if name not in GOALS} == EVERY
    assert not FAULTS.keys() & ELSEWHERE.keys(), "one of the two is enough"
    assert FAULTS.keys() >= RARE


def test_the_tests_that_show_a_fault_exist():
    for test in {test for tests in ELSEWHERE.values() for test in tests}:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}, test
