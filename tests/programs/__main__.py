"""``python -m tests.programs golden``: write the files of ``protocol/programs/`` anew.

``python -m tests.programs record SEED COUNT``: print random cases as a page gets to know them, as one JSON object.
"""

from __future__ import annotations

import json
import os
import sys


def set_up() -> None:
    """Django with the settings of the tests, and a database in memory."""
    import django
    from django.core.management import call_command
    from django.urls import set_urlconf

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    set_urlconf("tests.programs.urls")

    from tests.programs.states import make_products

    make_products()


def main(word: str, *more: str) -> None:
    set_up()
    from tests.programs import golden, recording

    if word == "golden":
        golden.write()
    else:
        seed, count = more
        sys.stdout.write(json.dumps(recording.recordings(seed, int(count))))


if __name__ == "__main__":
    main(*sys.argv[1:])
