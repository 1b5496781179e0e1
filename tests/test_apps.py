"""What the Django application teaches the floors below."""

from __future__ import annotations

import gc

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy

from liveactions import Component
from liveactions.apps import public_name
from liveactions.components import registry
from liveactions.components.references import find
from liveactions.results import plain


def test_a_component_is_named_after_its_app():
    InAuth = type("OrderLines", (), {"__module__": "django.contrib.auth.models"})
    assert public_name(InAuth) == "auth.order_lines"


def test_outside_of_any_app_it_is_named_after_its_package():
    class OrderLines(Component):
        template = "<p></p>"

    assert public_name(OrderLines) == "tests.order_lines"
    assert registry.get("tests.order_lines") is OrderLines


def test_models_are_references_and_lazy_text_is_text():
    assert find(Group) is not None
    assert plain(gettext_lazy("Yes")) == "Yes"


def test_components_of_every_app_are_found(tmp_path, monkeypatch, settings):
    package = tmp_path / "autodiscovered"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "components.py").write_text(
        "from liveactions import Component\n\nclass Found(Component):\n    template = '<p></p>'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "autodiscovered"]
    apps.get_app_config("liveactions").ready()
    assert registry.get("autodiscovered.found")
    registry.forget("autodiscovered.components.Found")


def test_being_ready_twice_changes_nothing():
    gc.collect()  # classes that other tests have made and left
    names = registry.names()
    apps.get_app_config("liveactions").ready()
    assert registry.names() == names


@pytest.mark.parametrize("name", ["liveactions"])
def test_the_application_is_installed_under_its_own_name(name):
    assert apps.get_app_config(name).verbose_name == "Live actions"
