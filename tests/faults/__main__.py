"""``python -m tests.faults quick|chaos|marathon|F15|G3 … [--seed N] [--pages N]``: break it, and see what holds.

One line of JSON for each run, and in the end a table. The exit status is 1 if anything that was promised does not hold;
a figure that was missed is told, and changes nothing. The same seed does the same things to the same pages. What only
tests in a browser show is shown by these tests.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

from tests.faults.elsewhere import ELSEWHERE
from tests.faults.goals import GOALS, halved, marathon
from tests.faults.report import table
from tests.faults.running import Outcome, Scenario, run
from tests.faults.scenarios import FAULTS, RARE

QUICK = tuple(number for number in FAULTS if number not in RARE)
SETS = {"quick": QUICK, "chaos": (*GOALS, *sorted(RARE)), "marathon": ("G18",)}


def main(arguments: Sequence[str]) -> int:
    given = options().parse_args(arguments)
    names = [name for each in given.what for name in SETS.get(each, (each,))]
    known = {**FAULTS, **GOALS, "G18": marathon(given.minutes * 60)}
    if unknown := [name for name in names if name not in known and name not in ELSEWHERE]:
        print(f"Unknown: {', '.join(unknown)}. Known are: {', '.join([*SETS, *known, *ELSEWHERE])}.")
        return 2
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    outcomes: list[Outcome] = []
    try:
        for name in (each for each in names if each in known):
            for _ in range(given.times):
                outcomes.append(asyncio.run(run(sized(known[name], given.servers), seed + len(outcomes), given.pages)))
                print(outcomes[-1].line(), flush=True)
    except KeyboardInterrupt:
        pass  # what was run is told all the same
    if outcomes:
        print(table(outcomes))
        print(f"The same again: python -m tests.faults {' '.join(given.what)} --seed {seed}")
    return 0 if shown_elsewhere(names) and not any(outcome.broken for outcome in outcomes) else 1


def shown_elsewhere(names: Sequence[str]) -> bool:
    """Run the tests that show the rest of these, if there are any; whether all of them pass."""
    tests = dict.fromkeys(test for name in names for test in ELSEWHERE.get(name, ()))
    return not tests or subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], check=False).returncode == 0


def sized(scenario: Scenario, servers: Sequence[str]) -> Scenario:
    """As it fits: on two cores half the pages where there are many; on servers of one kind if that is said."""
    if servers:
        kinds = [servers[number % len(servers)] for number in range(len(scenario.plan.servers))]
        scenario = replace(scenario, plan=replace(scenario.plan, servers=kinds))
    return halved(scenario) if (os.cpu_count() or 1) <= 2 and scenario.number.startswith("G") else scenario


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="+", help="quick, chaos, marathon, or the numbers of faults and goals")
    parser.add_argument("--seed", type=int, help="what chance comes from; printed in the end")
    parser.add_argument("--pages", type=int, help="how many pages, in place of what each run is meant for")
    parser.add_argument("--servers", nargs="+", choices=("daphne", "uvicorn"), default=(), help="only these")
    parser.add_argument("--times", type=int, default=1, help="how often each is run")
    parser.add_argument("--minutes", type=float, default=60, help="how long a marathon is")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
