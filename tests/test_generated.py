"""What is generated and committed is what its sources say today."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "liveactions" / "js"


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_vocabulary_of_the_client_is_fresh():
    done = run(sys.executable, "-m", "liveactions.devtools.vocabulary", "--check")
    assert done.returncode == 0, f"run `make vocabulary`\n{done.stdout}{done.stderr}"


@pytest.mark.node
def test_the_built_client_is_fresh():
    done = run("node", "build.mjs", "--check", cwd=CLIENT)
    assert done.returncode == 0, f"run `make build`\n{done.stdout}{done.stderr}"


@pytest.mark.node
def test_a_stale_client_is_noticed(tmp_path):
    package = tmp_path / "liveactions"
    shutil.copytree(ROOT / "liveactions", package, ignore=shutil.ignore_patterns("node_modules", "*.py"))
    (package / "js" / "node_modules").symlink_to(CLIENT / "node_modules")
    source = package / "js" / "src" / "index.ts"
    source.write_text(source.read_text() + '\nconsole.log("changed");\n')
    assert run("node", "build.mjs", "--check", cwd=package / "js").returncode != 0
