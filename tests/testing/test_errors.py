"""What a test is told."""

from __future__ import annotations

from liveactions.testing import CallRefused, NotFound


def test_a_refusal_reads_as_its_code_and_its_message():
    refused = CallRefused("action.forbidden", "Not you.", "page", {"path": "by"})
    assert str(refused) == "action.forbidden: Not you."
    assert (refused.code, refused.message, refused.fault) == ("action.forbidden", "Not you.", "page")
    assert refused.detail == {"path": "by"}


def test_a_refusal_without_detail_has_an_empty_one():
    assert CallRefused("page.busy", "Later.").detail == {}


def test_what_is_not_found_is_a_lookup_error():
    assert issubclass(NotFound, LookupError)
