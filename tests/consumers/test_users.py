"""The users of many sessions, read together: each as Django would read that one alone."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends import db
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liveactions.consumers.users import portions, users_of
from tests.wires import session_of

pytestmark = pytest.mark.django_db(transaction=True)

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "users"}}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    use(settings, request.param, tmp_path)
    return str(request.param)


def use(settings: Any, name: str, folder: Any = None) -> None:
    settings.CACHES = CACHES
    caches["default"].clear()
    settings.SESSION_FILE_PATH = folder and str(folder)
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{name}"


def engine_now() -> Any:
    return import_module(settings.SESSION_ENGINE)


def signed_in(count: int) -> tuple[list[User], list[str]]:
    """So many users, and a session of each in the present engine."""
    made = [User.objects.create_user(f"user{number}") for number in range(count)]
    return made, [session_for(user) for user in made]


def session_for(user: User) -> str:
    session = engine_now().SessionStore()
    session.update(db.SessionStore(session_of(user)).load())
    session.save()
    return str(session.session_key)


def test_each_session_is_given_its_own_user_and_a_stranger_nobody(engine: str) -> None:
    made, keys = signed_in(3)
    strange = ["made-up-by-a-stranger", "", "\0" * 8, "'; --", "é" * 40]
    found = users_of([keys[2], strange[0], keys[0], strange[1], keys[1], *strange[2:]])
    assert [found[0], found[2], found[4]] == [made[2], made[0], made[1]]
    strangers = [found[number] for number in (1, 3, 5, 6, 7)]
    assert all(isinstance(user, AnonymousUser | Exception) for user in strangers)


@pytest.mark.parametrize(("name", "queries"), [("db", 2), ("cached_db", 1), ("cache", 1)])
def test_many_are_read_with_one_query_for_sessions_and_one_for_users(settings: Any, name: str, queries: int) -> None:
    use(settings, name)
    made, keys = signed_in(30)
    with CaptureQueriesContext(connection) as seen:
        assert users_of(keys) == made
    assert len(seen) == queries
    assert portions(keys) == [keys]


def test_what_the_cache_of_sessions_has_forgotten_is_read_from_the_database(settings: Any) -> None:
    use(settings, "cached_db")
    made, keys = signed_in(6)
    prefix = "django.contrib.sessions.cached_db"
    caches["default"].delete_many([prefix + key for key in keys[:3]])
    with CaptureQueriesContext(connection) as seen:
        assert users_of(keys) == made
    assert len(seen) == 2


def test_a_cache_of_sessions_that_is_away_is_done_without(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(settings, "cached_db")
    made, keys = signed_in(3)
    monkeypatch.setattr(type(caches["default"]), "get_many", lambda *_: 1 / 0)
    assert users_of(keys) == made


def test_among_many_who_may_not_sign_in_any_more_is_nobody(engine: str, settings: Any) -> None:
    made, keys = signed_in(6)
    User.objects.filter(pk=made[0].pk).update(is_active=False)
    made[1].delete()
    made[2].set_password("two")
    made[2].save()
    if engine != "signed_cookies":
        engine_now().SessionStore(keys[3]).delete()
    found = users_of(keys)
    gone = 4 if engine != "signed_cookies" else 3
    assert [type(user) for user in found[:gone]] == [AnonymousUser] * gone
    assert found[gone:] == made[gone:]


def test_sessions_that_have_expired_are_nobodys(settings: Any) -> None:
    use(settings, "db")
    made, keys = signed_in(3)
    engine_now().SessionStore.get_model_class().objects.filter(session_key=keys[1]).update(
        expire_date="2001-01-01T00:00Z"
    )
    assert users_of(keys) == [made[0], AnonymousUser(), made[2]]


def test_sessions_of_the_former_secret_key_are_good_among_others(settings: Any) -> None:
    made, keys = signed_in(2)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new one"
    assert users_of(keys) == [AnonymousUser(), AnonymousUser()]
    settings.SECRET_KEY_FALLBACKS = [old]
    assert users_of(keys) == made


def test_two_pages_of_one_user_do_not_share_one_object() -> None:
    made, keys = signed_in(2)
    first, second, other = users_of([keys[0], keys[0], keys[1]])
    assert first == second == made[0] and first is not second
    assert other == made[1]


class Choosy(ModelBackend):
    """Lets in whoever has a name that it likes."""

    def get_user(self, user_id: int) -> User | None:
        if user_id == -1:
            raise ZeroDivisionError
        found = super().get_user(user_id)
        return found if found and found.username != "user1" else None


def test_a_backend_of_ones_own_has_the_last_word(settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.Choosy"]
    made, keys = signed_in(3)
    assert portions(keys) == [[key] for key in keys], "it may be slow, and shall not hold up others"
    assert users_of(keys) == [made[0], AnonymousUser(), made[2]]


class Own(db.SessionStore):
    """Finds sessions in a way of its own."""

    def load(self) -> dict[str, Any]:
        if self.session_key == "a-broken-session":
            raise ZeroDivisionError
        return super().load()


def test_an_engine_of_ones_own_is_asked_for_each_and_one_failure_is_nobody_elses(settings: Any) -> None:
    settings.SESSION_ENGINE = __name__
    made, keys = signed_in(2)
    assert portions(keys) == [[key] for key in keys], "it may be slow, and shall not hold up others"
    first, broken, second = users_of([keys[0], "a-broken-session", keys[1]])
    assert [first, second] == made
    assert isinstance(broken, ZeroDivisionError)


SessionStore = Own
"""As an engine names it."""
