"""Settings."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from liveactions.conf import Conf, conf


def test_without_settings_everything_has_its_default(settings, monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    settings.LIVEACTIONS = {}
    assert conf() == Conf()


def test_a_setting_replaces_its_default(settings):
    settings.LIVEACTIONS = {"HEARTBEAT": 3.0, "ORIGINS": ["https://shop.example"]}
    assert (conf().heartbeat, conf().origins) == (3.0, ("https://shop.example",))


def test_settings_are_read_once(settings):
    settings.LIVEACTIONS = {}
    assert conf() is conf()


@pytest.mark.parametrize("name", ["HEARTBEET", "heartbeat", "EXTRAS"])
def test_an_unknown_setting_is_named_and_the_known_ones_are_listed(settings, name):
    settings.LIVEACTIONS = {name: 1}
    with pytest.raises(ImproperlyConfigured, match=f"unknown settings: {name}.*HEARTBEAT"):
        conf()


def test_redis_may_come_from_the_environment(settings, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    settings.LIVEACTIONS = {}
    assert conf().redis_url == "redis://127.0.0.1:1/0"
    settings.LIVEACTIONS = {"REDIS_URL": ""}
    assert conf().redis_url == "", "but what the settings say counts more"
    monkeypatch.undo()
    settings.LIVEACTIONS = {}
