"""A worker of the till (``python -m tests.crashes.till.worker``). It crashes when a file says so."""

from __future__ import annotations

import django

from tests.crashes.till import crashing

if __name__ == "__main__":
    django.setup()
    crashing.install()
    crashing.obey_file()

    from django.core.management import call_command

    call_command("live", "worker", "--jobs", "2", "--grace", "0.2")
