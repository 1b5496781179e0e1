"""How much of a page is there only so that the browser finds its slots."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from sample_site.desk import seed

ANCHORS = re.compile(r'<!--(?:\[|\]|\|)-->| live-(?:program|shape)="[^"]*"')


@pytest.mark.parametrize("page", ["dashboard", "notifications", "subclassing", "gallery", "large_lists"])
def test_a_twentieth_of_a_page_at_most_is_anchors(client, db, page):
    seed.seed()
    assert client.login(username="ana", password="desk")
    html = client.get(reverse(page)).content.decode()
    anchors = ANCHORS.findall(html)
    assert any("live-program" in anchor for anchor in anchors), "its components have programs"
    assert sum(map(len, anchors)) <= len(html) / 20
