"""The tokens of a page that comes back: the fresh one, and a few of those before."""

from __future__ import annotations

from itertools import pairwise

from liveactions.runtime.tokens import (
    EARLIER,
    digest_of_token,
    fence_of,
    fresh_token,
    is_among,
    once_more,
    page_of,
    parted_digests,
    proof_of,
    rotated,
)


def test_a_token_says_whose_it_is_and_is_never_the_same():
    tokens = {fresh_token("p-1_a") for _ in range(100)}
    assert len(tokens) == 100
    assert {page_of(token) for token in tokens} == {"p-1_a"}


def test_what_is_no_token_is_of_some_page_that_nobody_has():
    assert page_of("") == ""
    assert page_of("p1") == "p1"


def test_only_tokens_that_were_given_are_good():
    given = fresh_token("p1")
    good = (digest_of_token(given),)
    assert is_among(good, digest_of_token(given))
    assert not is_among(good, digest_of_token(fresh_token("p1")))
    assert not is_among((), digest_of_token(given))


def test_one_that_was_shown_stays_good_beside_the_fresh_one_and_the_oldest_goes():
    digests = [digest_of_token(f"p1.{number}") for number in range(EARLIER + 3)]
    good = (digests[0],)
    for shown, fresh in pairwise(digests):
        good = rotated(good, shown, fresh)
    assert good == tuple(digests[: -EARLIER - 2 : -1])
    assert len(good) == 1 + EARLIER


def test_a_token_that_is_given_once_more_is_another_one_and_proves_the_same():
    token = fresh_token("p1")
    again = once_more(token, 7)
    third = once_more(again, 12)
    assert len({token, again, third}) == 3
    assert {page_of(each) for each in (token, again, third)} == {"p1"}
    assert {proof_of(each) for each in (token, again, third)} == {digest_of_token(token)}
    assert proof_of(fresh_token("p1")) != proof_of(token)
    assert [fence_of(each) for each in (token, again, third)] == [None, 7, 12]
    assert [fence_of(f"{token}.{made_up}.x") for made_up in ("", "-1", "x", "9" * 99, "٣")] == [None] * 5


def test_who_comes_again_with_an_older_one_puts_it_before_the_others():
    first, second, third, fresh = (digest_of_token(f"p1.{number}") for number in range(4))
    assert rotated((third, second, first), first, fresh) == (fresh, first, third, second)


def test_digests_that_are_kept_in_one_piece_are_parted_again():
    digests = tuple(digest_of_token(f"p1.{number}") for number in range(3))
    assert parted_digests(b"".join(digests)) == digests
    assert parted_digests(b"") == ()
