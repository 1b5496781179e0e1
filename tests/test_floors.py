"""The house stands as drawn: import-linter's contracts hold, and they do notice a fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FAULTS = {
    "asyncio in the wire": ("wire/codec.py", "import asyncio"),
    "a clock in the results": ("results/words.py", "import time"),
    "Django in a component": ("components/state.py", "import django.db"),
    "Redis in the page session": ("runtime/mailbox.py", "import redis"),
    "rendering that knows components": ("rendering/html.py", "from liveactions.components import component"),
    "a page session that knows the bus": ("runtime/outbox.py", "import liveactions.bus"),
    "a socket door that knows the page door": ("consumers/live.py", "import liveactions.http"),
    "a battery that reaches into the house": ("contrib/windows/stack.py", "import liveactions.runtime"),
    "a module without a floor": ("utils.py", ""),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_is_kept():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("path", "line"), FAULTS.values(), ids=FAULTS)
def test_the_contracts_notice(path, line, tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "liveactions", tmp_path / "liveactions", ignore=shutil.ignore_patterns("js", "static", "__pycache__")
    )
    with (tmp_path / "liveactions" / path).open("a") as module:
        module.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode != 0, done.stdout
    assert "BROKEN" in done.stdout or "utils" in done.stdout


INNER = re.compile(r"^\s*(?:from|import) (liveactions\.contrib\.\w+\.(?!models\b)\w+)", re.MULTILINE)
"""A module below the title page of a battery; models are imported from where Django has them."""


def test_the_sample_site_uses_the_batteries_by_their_title_pages():
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "sample_site").rglob("*.py")
        for name in INNER.findall(path.read_text())
    }
    assert found == set()
