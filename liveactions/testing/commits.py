"""``transaction.on_commit`` inside a test's own transaction, which is never committed.

A test with ``@pytest.mark.django_db``, and every ``TestCase``, runs in a transaction that is rolled back at its end.
What waits for a commit would wait for ever; here it is run as soon as the application has no transaction of its own
open, as ``captureOnCommitCallbacks(execute=True)`` does. Outside of such a test Django does it by itself.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import connections

__all__ = ["run_committed"]

logger = logging.getLogger("django.test")


def run_committed() -> None:
    """Run what waits for the commit of a transaction that only the test has open. Raises what it raises."""
    for connection in connections.all(initialized_only=True):
        while connection.run_on_commit and is_the_tests_own(connection):
            waiting, connection.run_on_commit = connection.run_on_commit, []
            for _, callback, robust in waiting:  # type: ignore[misc]  # django-stubs does not know the third yet
                run(callback, robust=robust)


def is_the_tests_own(connection: Any) -> bool:
    """Whether every open transaction was opened by the test case, none by the application."""
    blocks = connection.atomic_blocks
    return bool(blocks) and all(getattr(block, "_from_testcase", False) for block in blocks)


def run(callback: Any, *, robust: bool) -> None:
    try:
        callback()
    except Exception:
        if not robust:
            raise
        logger.exception("A robust on_commit callback failed; the others are not concerned.")
