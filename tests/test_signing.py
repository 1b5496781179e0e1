"""Mount tokens."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions import signing
from liveactions.errors import TokenError
from liveactions.signing import MountToken, user_key

ADA, EVE, NOBODY = SimpleNamespace(pk=7), SimpleNamespace(pk=8), SimpleNamespace(pk=None)
TOKEN = MountToken("desk.board", 1, {"team": ["\0model", "auth.group", 3]}, "7", "snap", "d1", "de", "Europe/Berlin")


def at(seconds: float):
    return patch("django.core.signing.time.time", lambda: seconds)


def code_of(text: str, user=ADA) -> str:
    with pytest.raises(TokenError) as refused:
        signing.read(text, user)
    assert refused.value.refusal().fault == "page"
    return refused.value.code


def test_a_token_says_what_was_written():
    assert signing.read(signing.write(TOKEN), ADA) == TOKEN


def test_a_token_is_for_one_user():
    assert code_of(signing.write(TOKEN), EVE) == "token.foreign"
    assert code_of(signing.write(TOKEN), NOBODY) == "token.foreign"


def test_nobodys_token_is_not_a_users():
    token = MountToken("a.b", 1, {}, user_key(NOBODY), "", "")
    assert signing.read(signing.write(token), NOBODY)
    assert code_of(signing.write(token), ADA) == "token.foreign"


def test_a_token_is_good_for_a_stated_time(settings):
    settings.LIVEACTIONS = {"TOKEN_AGE": 60}
    with at(1000):
        text = signing.write(TOKEN)
    with at(1059):
        assert signing.read(text, ADA)
    with at(1061):
        assert code_of(text) == "token.expired"


def test_a_token_of_another_key_is_forged(settings):
    text = signing.write(TOKEN)
    settings.SECRET_KEY = "another"
    assert code_of(text) == "token.forged"
    settings.SECRET_KEY_FALLBACKS = ["tests only"]
    assert signing.read(text, ADA) == TOKEN


@pytest.mark.parametrize(
    "data", [[], [1, 2, 3], "text", None, 7, {"name": "a.b"}, ["a.b", 1, {}, "7", "s", "d", "de", "UTC", "more"]]
)
def test_signed_data_that_are_no_token_are_refused(data):
    assert code_of(signing.signing.dumps(data, salt=signing.SALT)) == "token.forged"


def test_what_was_signed_for_something_else_is_refused():
    assert code_of(signing.signing.dumps(["a.b", 1, {}, "7", "", ""])) == "token.forged"


@given(st.text(max_size=60))
def test_any_text_is_refused(text):
    assert code_of(text) == "token.forged"


@given(st.data())
def test_a_token_with_one_other_character_is_refused(data):
    text = signing.write(TOKEN)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = text[:place] + other + text[place + 1 :]
    if changed != text:
        assert code_of(changed) in ("token.forged", "token.expired")


def test_a_refusal_tells_nothing_of_the_token():
    text = signing.write(TOKEN)
    with pytest.raises(TokenError) as refused:
        signing.read(text, EVE)
    assert "desk.board" not in str(refused.value.refusal())
