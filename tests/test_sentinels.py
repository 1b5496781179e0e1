"""An address that names sentinels, in both ways in which it may be said."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from liveactions.conf import conf
from liveactions.sentinels import Sentinels, address_of, sentinels_of

TWO = (("10.0.0.1", 26379), ("10.0.0.2", 26380))


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("redis+sentinel://10.0.0.1:26379,10.0.0.2:26380/3?master_name=site", Sentinels(TWO, "site", 3)),
        ("redis+sentinel://one,two?master_name=site", Sentinels((("one", 26379), ("two", 26379)), "site")),
        ("redis+sentinel://[::1]:26380,[::2]/0?master_name=a%20b", Sentinels((("::1", 26380), ("::2", 26379)), "a b")),
        ("redis+sentinel://me:a%2Fb@one/1?master_name=m", Sentinels((("one", 26379),), "m", 1, "me", "a/b")),
        (
            "redis+sentinel://:secret@one?master_name=m&sentinel_username=you&sentinel_password=%26",
            Sentinels((("one", 26379),), "m", 0, "", "secret", "you", "&"),
        ),
    ],
)
def test_an_address_says_who_is_to_be_asked_and_for_what(address, meant):
    assert sentinels_of(address) == meant
    assert sentinels_of(meant.address) == meant, "and is written again as it is read"


@pytest.mark.parametrize("address", ["", "redis://127.0.0.1:6379/0", "rediss://one", "unix:///tmp/redis.sock"])
def test_any_other_address_names_none(address):
    assert sentinels_of(address) is None


def test_what_channels_redis_takes_is_taken(settings):
    settings.LIVEACTIONS = {
        "REDIS_URL": {
            "sentinels": [["10.0.0.1", 26379], ("10.0.0.2", 26380)],
            "master_name": "site",
            "db": 2,
            "password": "p@ss:word",
            "sentinel_kwargs": {"password": "other"},
        }
    }
    assert sentinels_of(conf().redis_url) == Sentinels(TWO, "site", 2, "", "p@ss:word", "", "other")


ONE = [("one", 26379)]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("redis+sentinel://one", "give master_name"),
        ("redis+sentinel:///0?master_name=site", "names no sentinels"),
        ("redis+sentinel://one:x?master_name=site", "Where sentinel 1 is"),
        ("redis+sentinel://one:99999?master_name=site", "Where sentinel 1 is"),
        ("redis+sentinel://one/x?master_name=site", "The database is not a number"),
        ("redis+sentinel://one?master_name=site&ssl=true", "unknown options: ssl"),
        ({"sentinels": ONE}, "give master_name"),
        ({"master_name": "site"}, "names no sentinels"),
        ({"sentinels": "one:26379", "master_name": "site"}, "names no sentinels"),
        ({"sentinels": ["one"], "master_name": "site"}, "Where sentinel 1 is"),
        ({"sentinels": [*ONE, ("one", "26379")], "master_name": "site"}, "Where sentinel 2 is"),
        ({"sentinels": ONE, "master_name": "site", "db": "0"}, "The database is not a number"),
        (
            {"sentinels": ONE, "master_name": "site", "address": "redis://one"},
            "unknown options: address. Known are: db,",
        ),
        ({"sentinels": ONE, "master_name": "site", "sentinel_kwargs": {"ssl": True}}, "sentinel_kwargs has unknown"),
        ({"sentinels": ONE, "master_name": "site", "sentinel_kwargs": 7}, "sentinel_kwargs has no options, but a int"),
        ({"sentinels": ONE, "master_name": "site", "password": 7}, "are texts"),
    ],
)
def test_what_leads_to_no_sentinels_is_refused_with_what_is_wrong(settings, said, wrong):
    settings.LIVEACTIONS = {"REDIS_URL": said}
    with pytest.raises(ImproperlyConfigured, match=wrong):
        conf()


@pytest.mark.parametrize("password", ["hidden", "hidden/or@not", "hidden?or:not"])
def test_a_refusal_tells_no_password(settings, password):
    settings.LIVEACTIONS = {"REDIS_URL": f"redis+sentinel://:{password}@one"}
    with pytest.raises(ImproperlyConfigured) as refusal:
        conf()
    assert "hidden" not in str(refusal.value)


def test_it_is_written_in_one_way_whichever_way_it_was_said():
    said = {"sentinels": [("one", 26379), ("two", 26379)], "master_name": "site"}
    assert address_of(said) == "redis+sentinel://one:26379,two:26379/0?master_name=site"
