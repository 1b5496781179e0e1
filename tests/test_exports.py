"""The title page: the public names are exactly these, and each is there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import liveactions

ROOT = Path(__file__).resolve().parent.parent

PUBLIC = {
    "liveactions.components": {
        "Component",
        "Present",
        "SharedComponent",
        "Stream",
        "Window",
        "action",
        "declaration",
        "field",
        "on",
        "presence",
        "registry",
        "signal",
        "stream",
        "window",
    },
    "liveactions.requests": {"ActionRequest", "InstanceAction", "PhantomRow"},
    "liveactions.results": {
        "HTML",
        "ActiveTab",
        "Alert",
        "Close",
        "Confirm",
        "DataRecord",
        "Download",
        "EditingMode",
        "Focus",
        "Log",
        "Multi",
        "Noop",
        "OpenURL",
        "RecordDeleted",
        "Refresh",
        "Reload",
        "Report",
        "Rows",
        "SendMessage",
        "Switch",
        "UpdateParent",
        "WindowAction",
        "Wizard",
        "performs",
        "register_result",
        "Actions",
        "Delete",
        "Error",
        "Event",
        "History",
        "LoadJS",
        "Notify",
        "Redirect",
        "Result",
        "Signal",
        "Signals",
        "Toast",
        "audience",
    },
    "liveactions.bus": {"abroadcast", "broadcast"},
    "liveactions.version": {"__version__"},
}


def test_the_title_page_lists_exactly_the_public_names():
    names = set().union(*PUBLIC.values())
    assert set(liveactions.__all__) == names
    assert len(liveactions.__all__) == len(names)


@pytest.mark.parametrize("origin", PUBLIC)
def test_a_public_name_is_the_one_of_its_module(origin):
    module = importlib.import_module(origin)
    for name in PUBLIC[origin]:
        assert getattr(liveactions, name) is getattr(module, name)


def test_nothing_public_is_left_off_the_title_page():
    classes_and_functions = {name for name, value in vars(liveactions).items() if callable(value)}
    assert {name for name in classes_and_functions if not name.startswith("_")} <= set(liveactions.__all__)


def test_every_version_is_the_same():
    assert re.fullmatch(r"\d+\.\d+\.\d+", liveactions.__version__)
    client = (ROOT / "liveactions" / "js" / "package.json").read_text()
    assert f'"version": "{liveactions.__version__}"' in client
    assert f"## {liveactions.__version__}" in (ROOT / "CHANGELOG.md").read_text()
