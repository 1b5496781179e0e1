"""``python -m benchmarks [name …]``: every figure side by side in one run, as ratios. The names are those of `SETS`.

The CPU of the server process is counted (user and system), not the time on a clock, so a busy machine
disturbs little; in the browser (``patches``) it is the time of the page's own thread, and of a transaction
(``receipts``) that on the clock. Each figure is the median of several rounds, taken in turn with what it is compared
to.
"""

from __future__ import annotations

import asyncio
import sys

from benchmarks import broadcasts, calls, checkpoints, memory, patches, programs, receipts, shared

SETS = {
    "calls": calls.main,
    "checkpoints": checkpoints.main,
    "receipts": receipts.main,
    "broadcasts": broadcasts.main,
    "shared": shared.main,
    "memory": memory.main,
    "programs": programs.main,
    "patches": patches.main,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(SETS):
        print(f"Unknown: {', '.join(sorted(unknown))}. Known are: {', '.join(SETS)}.")
        return 2
    return max(asyncio.run(SETS[name]()) for name in names or SETS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
