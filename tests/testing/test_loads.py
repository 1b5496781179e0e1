"""What is loaded later, on a page without a browser."""

from __future__ import annotations

import pytest

from liveactions.testing.document import Document
from liveactions.testing.loads import Loads
from tests.testing.asking import Desk

HTML = """<body><div live-id="1"><p live-load="sum" live-value-of="x"></p>
<p live-load="rows" live-load-name="stock"></p>
<i live-id="3"><b live-load="sum" id="inner"></b></i></div><p live-load="homeless"></p></body>"""


def asked(loads: Loads, html: str, *again):
    return [(call.component, call.action, call.args) for call in loads.requests(Document(html), again)]


def test_it_is_asked_for_once_by_the_component_around_it():
    loads = Loads()
    assert asked(loads, HTML) == [(1, "sum", {"of": "x"}), (1, "rows", {}), (3, "sum", {})]
    assert asked(loads, HTML) == []


def test_what_comes_again_after_it_was_gone_is_asked_for_again():
    loads = Loads()
    asked(loads, HTML)
    asked(loads, "<body></body>")
    assert len(asked(loads, HTML)) == 3


@pytest.mark.parametrize(
    ("again", "actions"),
    [
        ((1, True), ["sum", "rows"]),
        ((None, True), ["sum", "rows", "sum"]),
        ((None, ("stock", "inner")), ["rows", "sum"]),
        ((3, ("stock",)), []),
    ],
)
def test_a_refresh_means_its_component_and_its_names(again, actions):
    loads = Loads()
    asked(loads, HTML)
    assert [action for _, action, _ in asked(loads, HTML, again)] == actions


@pytest.mark.parametrize("which", ["delayed", "all delayed"])
def test_a_page_loads_it_by_itself_and_after_a_refresh(live, which):
    page = live.open(Desk)
    assert page.text("p") == "2"
    page.call("nothing")
    assert page.text("p") == "2"
    page.call("say", which=which)
    assert page.text("p") == "4"
