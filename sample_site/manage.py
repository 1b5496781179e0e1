#!/usr/bin/env python
"""``python sample_site/manage.py …`` from anywhere; the repository's root is put on the path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    # The script's own folder must not be importable, or `desk` and `sample_site.desk` would be two packages.
    sys.path[:] = [str(HERE.parent), *(entry for entry in sys.path if Path(entry or ".").resolve() != HERE)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sample_site.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
