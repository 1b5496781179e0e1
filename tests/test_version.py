"""Which clients are still served."""

from __future__ import annotations

import pytest

from liveactions import version


@pytest.mark.parametrize("build", ["1.2.0", "1.2", "1.10.0", "2"])
def test_a_client_that_is_not_older_than_the_oldest_is_served(monkeypatch, build):
    monkeypatch.setattr(version, "OLDEST_CLIENT", "1.2")
    assert not version.is_too_old(build)


@pytest.mark.parametrize("build", ["1.1.9", "0.9", "1"])
def test_an_older_one_is_not(monkeypatch, build):
    monkeypatch.setattr(version, "OLDEST_CLIENT", "1.2")
    assert version.is_too_old(build)


@pytest.mark.parametrize("build", ["", "mine", "1.0-beta", "1..0", "٣.0", "9" * 5000])
def test_a_client_with_a_name_of_its_own_is_not_judged_by_it(build):
    assert not version.is_too_old(build)


def test_the_client_of_this_version_is_served():
    assert not version.is_too_old(version.__version__)
