"""Who may come in."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session

from liveactions.consumers.admission import origin_is_allowed, surroundings_of
from liveactions.consumers.users import users_of
from liveactions.threads import runner
from tests.wires import Closed, Wire, session_of


def scope(origin: str | None, **changes):
    headers = {"host": "testserver", **changes.pop("headers", {})}
    if origin is not None:
        headers["origin"] = origin
    found = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "websocket", "scheme": "ws", "path": "/live/", "headers": found, **changes}


ORIGINS = {
    "the site's own": ("http://testserver", True),
    "none": (None, False),
    "empty": ("", False),
    "null": ("null", False),
    "another site": ("http://evil.example", False),
    "another scheme": ("https://testserver", False),
    "a scheme that is not the web's": ("ftp://testserver", False),
    "another port": ("http://testserver:81", False),
    "the name as a suffix": ("http://testserver.evil.example", False),
    "the name as a prefix": ("http://evil-testserver", False),
    "the name as a user": ("http://testserver@evil.example", False),
    "a subdomain": ("http://a.testserver", False),
    "upper case": ("HTTP://TESTSERVER", False),
    "a dot at the end": ("http://testserver.", False),
    "a slash at the end": ("http://testserver/", False),
    "another alphabet": ("http://tеstserver", False),
    "an address": ("http://127.0.0.1", False),
    "two of them": ("http://testserver, http://evil.example", False),
}


@pytest.mark.parametrize("name", ORIGINS)
async def test_only_the_sites_own_pages_may_connect(name, caplog):
    origin, allowed = ORIGINS[name]
    origin = origin and origin.encode("idna").decode() if name == "another alphabet" else origin
    assert origin_is_allowed(scope(origin)) is allowed
    assert bool(caplog.records) is not allowed, "a refusal is logged"


@pytest.mark.parametrize(
    "name", [name for name, (_, allowed) in ORIGINS.items() if not allowed and name != "another alphabet"]
)
async def test_the_handshake_of_any_other_is_refused_before_anything_was_accepted(name):
    wire = Wire({}, None)
    wire.scope["headers"] = scope(ORIGINS[name][0])["headers"]
    with pytest.raises(Closed) as refused:
        await wire.open()
    assert refused.value.code == 4403
    assert wire.frames == []


@pytest.mark.parametrize("allowed_hosts", [["*"], ["testserver"], [".example.org"]])
def test_hosts_that_are_allowed_are_not_origins_that_are_allowed(settings, allowed_hosts):
    settings.ALLOWED_HOSTS = allowed_hosts
    assert not origin_is_allowed(scope("http://evil.example"))
    assert not origin_is_allowed(scope(None))


def test_a_host_header_that_is_not_allowed_names_no_origin(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert not origin_is_allowed(scope("http://evil.example", headers={"host": "evil.example"}))


@pytest.mark.parametrize("setting", ["LIVEACTIONS", "CSRF_TRUSTED_ORIGINS"])
def test_another_origin_may_be_trusted_exactly(settings, setting):
    trusted = ["https://shop.example:8443"]
    setattr(settings, setting, {"ORIGINS": trusted} if setting == "LIVEACTIONS" else trusted)
    assert origin_is_allowed(scope("https://shop.example:8443"))
    assert not origin_is_allowed(scope("https://shop.example"))
    assert not origin_is_allowed(scope("http://shop.example:8443"))


def test_a_wildcard_among_the_trusted_trusts_nobody(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example"]
    assert not origin_is_allowed(scope("https://a.example"))


def test_behind_a_proxy_that_ends_tls_the_site_is_https(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    proxied = {"x-forwarded-proto": "https"}
    assert origin_is_allowed(scope("https://testserver", headers=proxied))
    assert not origin_is_allowed(scope("http://testserver", headers=proxied))
    assert not origin_is_allowed(scope("https://testserver", headers={"x-forwarded-proto": "http"}))
    assert not origin_is_allowed(scope("https://testserver")), "what the proxy does not say is not so"


def test_a_forwarded_host_counts_only_where_the_site_says_so(settings):
    forwarded = {"x-forwarded-host": "localhost"}
    assert not origin_is_allowed(scope("http://localhost", headers=forwarded))
    settings.USE_X_FORWARDED_HOST = True
    assert origin_is_allowed(scope("http://localhost", headers=forwarded))


def test_over_tls_the_site_is_https():
    assert origin_is_allowed(scope("https://testserver", scheme="wss"))


# The user ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ada(transactional_db) -> User:
    return User.objects.create_user("ada", password="one")


def user_of(cookie: str):
    """Whom a handshake with this cookie is by."""

    async def read(key: str):
        return (await sync_to_async(users_of)([key]))[0]

    given = scope("http://testserver", headers={"cookie": cookie})
    return async_to_sync(surroundings_of)(given, read).user


def test_the_user_is_the_one_of_the_session(ada):
    assert user_of(f"other=1; sessionid={session_of(ada)}; x=y") == ada


@pytest.mark.parametrize(
    "cookie", ["", "sessionid=", "sessionid=unknown", "other=1", "nonsense;;=;\x00", 'sessionid="a']
)
def test_without_a_session_there_is_nobody(transactional_db, cookie):
    assert isinstance(user_of(cookie), AnonymousUser)


def test_a_cookie_that_cannot_be_read_does_not_hide_the_others(ada):
    assert user_of(f"bad[]=1; sessionid={session_of(ada)}") == ada


def test_somebody_who_may_not_sign_in_any_more_is_nobody(ada):
    key = session_of(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert isinstance(user_of(f"sessionid={key}"), AnonymousUser)


def test_a_session_of_an_older_password_is_nobodys(ada):
    key = session_of(ada)
    ada.set_password("two")
    ada.save()
    assert isinstance(user_of(f"sessionid={key}"), AnonymousUser)


def test_a_user_who_was_deleted_is_nobody(ada):
    key = session_of(ada)
    ada.delete()
    assert isinstance(user_of(f"sessionid={key}"), AnonymousUser)


def test_a_backend_that_is_not_configured_is_not_asked(ada, settings):
    key = session_of(ada)
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend"]
    assert isinstance(user_of(f"sessionid={key}"), AnonymousUser)


def test_a_session_of_the_former_secret_key_is_good_and_is_left_alone(ada, settings):
    key, old = session_of(ada), settings.SECRET_KEY
    settings.SECRET_KEY = "a new one"
    assert isinstance(user_of(f"sessionid={key}"), AnonymousUser)
    settings.SECRET_KEY_FALLBACKS = [old]
    before = Session.objects.get(session_key=key)
    assert user_of(f"sessionid={key}") == ada
    after = Session.objects.get(session_key=key)
    assert (after.session_data, after.expire_date) == (before.session_data, before.expire_date)


async def test_an_action_runs_as_the_user_who_is_connected(connect, transactional_db):
    from liveactions import Component, Signal, action

    class Who(Component):
        template = "<p>{{ user.username }}</p>"

        @action
        def am_i(self):
            return Signal("name", self.user.username)

    ada = await runner().run(lambda: User.objects.create_user("ada"))
    wire = await connect(ada)
    assert ">ada</p>" in await wire.place("tests.who")
    assert (await wire.call(1, "am_i")).items == [[1, 9, "name", "ada"]]
