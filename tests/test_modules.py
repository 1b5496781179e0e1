"""Tests mirror the package: every module with something to run has a test file of its own."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parent / "liveactions"

ELSEWHERE: dict[str, str] = {
    "runtime/ports.py": "Protocols only; mypy holds their implementations to them",
    "runtime/unshared.py": "says that there are no shared components; runtime/test_sharing.py renders where that is so",
    "runtime/node.py": "one component, as runtime/test_tree.py, test_forest.py and test_drawing.py see it",
    "runtime/surroundings.py": "plain data; templating/test_context.py and tests of pages are rendered in them",
    "runtime/room.py": "what is done and heard in it: runtime/test_sharing.py, and in two processes: sharing/",
    "runtime/attempts.py": "actions of shared components, of every kind: runtime/test_sharing.py, test_stepping.py",
    "models.py": "two tables: ledger/test_transactions.py and ledger/test_sweeping.py write and read them",
    "ledger/dispatches.py": "what ledger/test_sweeping.py has said, and finds in the log",
    "runtime/moments.py": "crashes/test_moments.py has a process die at each",
    "runtime/following.py": "what a page follows, and how it goes on: runtime/test_page.py, test_slow_pages.py",
    "runtime/receipts.py": "what consumers/test_atomic.py and crashes/test_moments.py go on from",
    "runtime/moving.py": "who had a page lets it go: consumers/test_resuming_once.py has pages move between two",
    "runtime/steps.py": "actions that hand over to one another: consumers/test_atomic.py, crashes/test_moments.py",
    "runtime/atomic.py": "actions of every kind on a page: consumers/test_atomic.py",
    "runtime/host.py": "a list of ports; tests/wires.py and the test kit fill it",
    "runtime/runs.py": "actions of every kind: runtime/test_calls.py; what they ask: runtime/test_questions.py",
    "runtime/working.py": "which thread, and how many: runtime/test_calls.py, runtime/test_quotas.py",
    "runtime/attending.py": "three functions that do nothing, for a worker's page, which nobody sees",
    "bus/memory.py": "a Log: the conformance suite bus/test_log.py runs on every one",
    "bus/redis.py": "a Log: the conformance suite bus/test_log.py runs on every one",
    "bus/line.py": "one stream of a hub: bus/test_hub.py sees what comes out of it, over every layer",
    "bus/news.py": "what test_log.py writes and reads",
    "fallback/events.py": "what fallback/test_streams.py and test_posts.py read, and are refused with",
    "bus/process.py": "which loop publishes: bus/test_publish.py does so from threads, loops, forks and commands",
    "results/words/rendered.py": "three words without a rule; the golden files hold them",
    "contrib/mail/apps.py": "tests.settings installs it",
    "contrib/mail/models.py": "fields; contrib/mail/test_messages.py keeps and reads them",
    "contrib/mail/people.py": "addresses and suggestions: contrib/mail/test_messages.py and test_components.py",
    "contrib/reports/apps.py": "finds reports.py: contrib/reports/test_printing.py sets a site up with it",
    "contrib/reports/errors.py": "one exception; contrib/reports/test_making.py meets it everywhere",
    "contrib/reports/report.py": "what a report declares: contrib/reports/test_making.py prints with each of its hooks",
    "store/clients.py": "the connections of the stores in store/test_values.py and the logs in bus/test_log.py",
    "store/lines.py": "one command at a time: store/test_vault.py breaks, stalls and restarts what is behind it",
    "store/scripts.py": "what bus/test_log.py and store/test_vault.py run in Redis, and teach it again",
    "runtime/relays.py": "answers from other tabs: runtime/test_questions.py, and of jobs: runtime/test_background.py",
    "runtime/reviving.py": "test_keeping.py makes pages again, consumers/test_resuming.py has them go on",
    "templating/evaluated.py": "loops whose rows are all evaluated: templating/test_loop_stories.py plays them too",
    "templating/passes.py": "which pass a loop takes: templating/test_scanning.py sees which columns it tells",
    "templating/quick.py": "short ways to a column: templating/test_columns.py holds each against what Django finds",
    "templating/row_reads.py": "what a loop depends on: templating/test_loop_reads.py counts what is evaluated for it",
    "templating/staging.py": "the context of each row: templating/test_loop_stories.py compares it with Django's",
    "templating/tracked.py": "loops told by what they read: templating/test_loop_stories.py plays its stories on them",
    "contrib/records/apps.py": "starts what contrib/records/test_changes.py and test_registry.py see working",
    "contrib/records/base.py": "what list and form share: contrib/records/test_listing.py and test_detail.py",
    "contrib/records/components.py": "two imports, by which the registry of components finds the list and the form",
    "contrib/records/editing.py": "forms, as contrib/records/test_detail.py and test_listing.py fill them in",
    "contrib/records/naming.py": "Django's own words for a model; every test of contrib/records goes through it",
    "contrib/records/rows.py": "what contrib/records/test_listing.py reads in the page",
    "templating/writing.py": "the values of their rows: the same stories of templating/test_loop_stories.py",
}
"""Modules without a test file of their own, and why."""


def modules() -> set[str]:
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if not {"js", "migrations"} & set(path.parts))
    return {str(path) for path in found if path.name != "__init__.py"}


def test_file_of(module: str) -> Path:
    path = Path(module)
    return TESTS / path.with_name(f"test_{path.name}")


test_file_of.__test__ = False  # type: ignore[attr-defined]  # a helper with a telling name


def test_every_module_has_its_test_file():
    missing = sorted(module for module in modules() - set(ELSEWHERE) if not test_file_of(module).exists())
    assert missing == [], "write the test files, or say in ELSEWHERE why not"


def test_the_exceptions_are_still_needed():
    gone = sorted(module for module in ELSEWHERE if module not in modules() or test_file_of(module).exists())
    assert gone == []
