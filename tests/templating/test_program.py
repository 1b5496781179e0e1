"""Programs: what they render is what Django renders, and only what has to be is evaluated."""

from __future__ import annotations

import pytest

from tests.templating.features import FEATURES, TEMPLATES, Every
from tests.templating.reference import Desk, engine_of

pytestmark = pytest.mark.urls("tests.templating.tried")


def desk(name: str) -> Desk:
    return Desk(Every(), FEATURES[name][0], engine_of(TEMPLATES))


@pytest.mark.parametrize("name", FEATURES)
def test_the_first_html_is_that_of_django(name):
    tried = desk(name)
    for state in ({}, *FEATURES[name][1]):
        vars(tried.component).update(state)
        assert tried.fresh() == tried.django()


@pytest.mark.parametrize("name", FEATURES)
def test_changes_lead_to_what_django_renders(name):
    tried = desk(name)
    tried.fresh()
    for state in FEATURES[name][1]:
        tried.set(**state)
        assert tried.html() == tried.django()


@pytest.mark.parametrize("name", FEATURES)
def test_what_is_as_it_was_is_not_sent(name):
    tried = desk(name)
    for state in FEATURES[name][1]:
        vars(tried.component).update(state)
        tried.fresh()
        before = tried.values
        tried.change(everything=True)
        assert tried.html() == tried.django()
        assert tried.values == before
