"""The Django application."""

from __future__ import annotations

from django.apps import apps

from liveactions import registry
from liveactions.contrib.windows import WindowFrame, WindowStack


def test_its_components_go_by_its_label():
    assert apps.get_app_config("live_windows").name == "liveactions.contrib.windows"
    assert registry.name_of(WindowStack) == "live_windows.stack"
    assert registry.name_of(WindowFrame) == "live_windows.window"
