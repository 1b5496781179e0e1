"""What the type checker of an application sees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

APPLICATION = """
from liveactions import ActionRequest, Component, Toast, action
from liveactions.components import Component as Plain


class Desk(Component):
    template = "<p></p>"
    n: int = 0

    @action
    def tell(self) -> Toast:
        self.request.send_email("Hello", "ana@example.org", "ana@example.org", "Hello.")
        self.request.success("Done")
        found = self.request.find(Desk)
        return Toast(str(found))


def takes(component: Plain) -> ActionRequest:
    return Desk().request
"""


def test_an_application_sees_the_request_of_its_site(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "desk.py").write_text(APPLICATION)
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(tmp_path / "desk.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
