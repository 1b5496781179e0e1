"""Each check fires on the set-up it is about, says how to mend it, and is silent about a right one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import checks as framework
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import modify_settings, override_settings

from liveactions import Component, checks
from liveactions.components import Registry

CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
MEMORY = "channels.layers.InMemoryChannelLayer"
URL = "redis://127.0.0.1:6379/0"


def found(*, deploy: bool = False) -> dict[str, framework.CheckMessage]:
    """What ``manage.py check`` says about liveactions, by the short id."""
    messages = framework.run_checks(tags=[checks.TAG], include_deployment_checks=deploy)
    assert all(message.hint for message in messages), "a message without a way out"
    return {str(message.id).removeprefix("liveactions."): message for message in messages}


def layers(backend: str, **config: object) -> override_settings:
    """A site on Redis with this channel layer."""
    return override_settings(
        CHANNEL_LAYERS={"default": {"BACKEND": backend, "CONFIG": config}}, LIVEACTIONS={"REDIS_URL": URL}
    )


@pytest.fixture
def versions(monkeypatch):
    """Pretend that other versions are installed: ``versions(redis=(8, 1))``."""

    def pretend(**installed: tuple[int, ...]) -> None:
        real = checks.version_of
        monkeypatch.setattr(checks, "version_of", lambda name: installed.get(name, real(name)))

    return pretend


@pytest.fixture(autouse=True)
def without_surroundings(monkeypatch):
    """Neither the environment nor the components of other tests have a say."""
    monkeypatch.setattr(checks, "registry", Registry())
    for name in ("REDIS_URL", "WEB_CONCURRENCY"):
        monkeypatch.delenv(name, raising=False)


class TestTheTablesOfReceipts:
    @pytest.fixture(autouse=True)
    def _an_atomic_action(self, monkeypatch):
        monkeypatch.setattr(checks, "committed_in", lambda _: ["default"])

    def found(self) -> list[framework.CheckMessage]:
        messages = framework.run_checks(tags=[framework.Tags.database], databases=["default"])
        return [message for message in messages if message.id == "liveactions.W014"]

    @pytest.mark.django_db
    @override_settings(LIVEACTIONS={"REDIS_URL": URL})
    def test_missing_tables_are_told_before_the_first_action_fails(self, monkeypatch):
        assert self.found() == []
        monkeypatch.setattr(checks, "TABLES", {"nowhere"})
        assert "migrate liveactions --database default" in str(self.found()[0].hint)

    @pytest.mark.django_db
    def test_one_process_needs_none(self, monkeypatch):
        monkeypatch.setattr(checks, "TABLES", {"nowhere"})
        assert self.found() == []


def test_an_action_is_committed_in_a_database_that_there_is(monkeypatch):
    monkeypatch.setattr(checks, "committed_in", lambda _: ["default", "warehouse"])
    assert "'warehouse'" in found()["E015"].msg


def test_a_right_set_up_is_silent():
    assert found() == {}


@pytest.mark.django_db  # some of Django's own checks ask it
def test_an_error_stops_manage_py():
    with override_settings(ASGI_APPLICATION=None), pytest.raises(SystemCheckError, match=r"liveactions\.E001"):
        call_command("check")


class TestTheServer:
    def test_a_missing_asgi_application_is_an_error(self):
        with override_settings(ASGI_APPLICATION=None):
            message = found()["E001"]
        assert "liveactions.asgi" in message.hint

    def test_an_asgi_application_that_cannot_be_found_is_named(self):
        with override_settings(ASGI_APPLICATION="nowhere.asgi.application"):
            assert "nowhere.asgi.application" in found()["E001"].msg

    def test_an_asgi_application_of_django_alone_is_pointed_out(self, tmp_path, monkeypatch):
        plain = "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n"
        write_module(tmp_path, monkeypatch, plain_asgi=plain)
        with override_settings(ASGI_APPLICATION="plain_asgi.application"):
            assert set(found()) == {"W011"}

    def test_an_application_put_together_in_another_module_is_recognised(self, tmp_path, monkeypatch):
        routing = "from liveactions.asgi import get_asgi_application\napplication = get_asgi_application()\n"
        write_module(tmp_path, monkeypatch, own_routing=routing, own_asgi="from own_routing import application\n")
        with override_settings(ASGI_APPLICATION="own_asgi.application"):
            assert found() == {}

    def test_without_daphne_runserver_is_said_to_serve_http_only(self):
        with modify_settings(INSTALLED_APPS={"remove": ["daphne"]}):
            assert set(found()) == {"W008"}

    def test_without_daphne_an_asgi_application_is_not_asked_for(self):
        with modify_settings(INSTALLED_APPS={"remove": ["daphne"]}), override_settings(ASGI_APPLICATION=None):
            assert set(found()) == {"W008"}

    def test_daphne_after_staticfiles_does_not_reach_runserver(self, settings):
        settings.INSTALLED_APPS = [*(name for name in settings.INSTALLED_APPS if name != "daphne"), "daphne"]
        assert "before" in found()["W008"].hint

    @pytest.mark.parametrize(("version", "ids"), [((4, 2, 1), {"W010"}), ((4, 2, 2), set()), ((5, 0), set())])
    def test_an_old_daphne_is_pointed_out(self, versions, version, ids):
        versions(daphne=version)
        assert set(found()) == ids


class TestTheChannelLayer:
    def test_no_channel_layers_at_all_is_fine(self):
        with override_settings(CHANNEL_LAYERS={}):
            assert found() == {}

    def test_a_layer_on_redis_alone_does_not_bring_processes_together(self):
        with layers(PUBSUB, hosts=[URL]), override_settings(LIVEACTIONS={"REDIS_URL": ""}):
            assert "REDIS_URL" in found()["W012"].hint

    def test_an_alias_that_does_not_exist_is_named_with_those_that_do(self):
        with layers(PUBSUB, hosts=[URL]), override_settings(LIVEACTIONS={"CHANNEL_LAYER": "live"}):
            message = found()["E002"]
        assert "'live'" in message.msg
        assert "default" in message.hint

    @pytest.mark.parametrize("backend", ["nowhere.Layer", "channels_redis.core.NoSuchLayer", ""])
    def test_a_backend_that_cannot_be_imported_is_an_error(self, backend):
        with layers(backend):
            assert "cannot be imported" in found()["E002"].msg

    def test_a_backend_that_is_no_channel_layer_is_an_error(self):
        with layers("django.core.cache.backends.locmem.LocMemCache"):
            assert "not a channel layer" in found()["E002"].msg

    @pytest.mark.parametrize(
        "hosts",
        [
            None,
            URL,
            [URL],
            [("127.0.0.1", 6379)],
            [{"address": URL}],
            [{"host": "127.0.0.1", "port": 6379}],
            [{"address": URL, "socket_timeout": 5}],
            [f"{URL}?socket_timeout=3"],
            [{"address": URL, "socket_timeout": None}, URL],
        ],
    )
    def test_redis_8_with_the_core_layer_needs_a_longer_socket_timeout(self, versions, hosts):
        versions(redis=(8, 1, 0))
        with layers(CORE, hosts=hosts) if hosts else layers(CORE):
            assert "socket_timeout" in found()["E003"].hint

    @pytest.mark.parametrize(
        "hosts",
        [
            [{"address": URL, "socket_timeout": None}],
            [{"address": URL, "socket_timeout": 30}],
            [f"{URL}?socket_timeout=30"],
            [{"host": "127.0.0.1", "socket_timeout": 5.5}],
        ],
    )
    def test_a_long_or_endless_socket_timeout_is_right(self, versions, hosts):
        versions(redis=(8, 1, 0))
        with layers(CORE, hosts=hosts):
            assert found() == {}

    def test_redis_7_had_no_such_timeout(self, versions):
        versions(redis=(7, 4, 1))
        with layers(CORE, hosts=[URL]):
            assert found() == {}

    def test_the_pubsub_layer_does_not_wait_on_its_socket(self, versions):
        versions(redis=(8, 1, 0))
        with layers(PUBSUB, hosts=[URL]):
            assert found() == {}


class TestSeveralProcesses:
    def test_one_process_may_keep_everything_in_memory(self, monkeypatch):
        monkeypatch.setenv("WEB_CONCURRENCY", "1")
        assert found() == {}

    def test_several_without_redis_would_not_hear_each_other(self, monkeypatch):
        monkeypatch.setenv("WEB_CONCURRENCY", "2")
        assert "REDIS_URL" in found()["W004"].hint

    def test_several_with_redis_are_right(self, monkeypatch):
        monkeypatch.setenv("WEB_CONCURRENCY", "2")
        with override_settings(LIVEACTIONS={"REDIS_URL": URL}):
            assert found() == {}

    def test_an_in_memory_layer_is_wrong_even_beside_redis(self, monkeypatch):
        monkeypatch.setenv("WEB_CONCURRENCY", "2")
        with layers(MEMORY), override_settings(LIVEACTIONS={"REDIS_URL": URL}):
            assert set(found()) == {"W004"}

    def test_a_deployment_is_asked_for_redis_once(self, monkeypatch):
        monkeypatch.setenv("WEB_CONCURRENCY", "2")
        messages = framework.run_checks(tags=[checks.TAG], include_deployment_checks=True)
        assert [message.id for message in messages].count("liveactions.W004") == 1


class TestSettings:
    def test_an_unknown_setting_is_named_with_the_known_ones(self):
        with override_settings(LIVEACTIONS={"HARTBEAT": 5}):
            message = found()["E005"]
        assert "HARTBEAT" in message.msg
        assert "HEARTBEAT" in message.msg

    @pytest.mark.parametrize(
        ("name", "value"),
        [("HEARTBEAT", "10"), ("THREADS", 2.5), ("STRICT_TARGETS", "yes"), ("PATH", None), ("ORIGINS", [7])],
    )
    def test_a_setting_of_the_wrong_type_is_named(self, name, value):
        with override_settings(LIVEACTIONS={name: value}):
            message = found()["E005"]
        assert name in message.msg
        assert repr(value) in message.msg or name == "ORIGINS"

    def test_a_whole_number_of_seconds_is_right(self):
        with override_settings(LIVEACTIONS={"HEARTBEAT": 5, "ORIGINS": ["https://example.com"]}):
            assert found() == {}

    @pytest.mark.parametrize("app", ["django.contrib.sessions", "django.contrib.auth"])
    def test_sessions_and_accounts_are_needed(self, app):
        with modify_settings(INSTALLED_APPS={"remove": [app]}):
            assert app in found()["E009"].msg

    def test_their_middleware_is_needed(self):
        with modify_settings(
            MIDDLEWARE={"remove": ["django.contrib.auth.middleware.AuthenticationMiddleware"]},
        ):
            assert "AuthenticationMiddleware" in found()["E009"].msg

    def test_a_middleware_derived_from_djangos_will_do(self, settings):
        own = f"{__name__}.OwnSessions"
        settings.MIDDLEWARE = [own if name.endswith("SessionMiddleware") else name for name in settings.MIDDLEWARE]
        assert found() == {}


class TestComponents:
    def test_a_template_that_does_not_exist_is_named(self):
        class Lost(Component):
            name = "tests.lost"
            template_name = "tests/nowhere.html"

        checks.registry.enrol(Lost)
        assert "tests/nowhere.html" in found()["E006"].msg

    def test_a_template_that_cannot_be_parsed_is_named(self):
        class Torn(Component):
            name = "tests.torn"
            template = "<p>{% if %}</p>"

        checks.registry.enrol(Torn)
        assert "tests.torn" in found()["E006"].msg

    def test_a_class_without_a_template_is_only_a_base(self):
        class Base(Component):
            name = "tests.base"

        checks.registry.enrol(Base)
        assert found() == {}

    @pytest.mark.parametrize(
        "template",
        [
            "<p title={{ word }}>x</p>",
            "<div><script>let word = '{{ word }}';</script></div>",
            "<p onclick=\"say('{{ word }}')\">x</p>",
            '<p><a href="{{ word }}">x</a></p>',
        ],
    )
    def test_a_value_where_escaping_does_not_help_is_pointed_out(self, template):
        Risky = type(
            "Risky", (Component,), {"name": "tests.risky", "template": template, "__annotations__": {"word": str}}
        )
        checks.registry.enrol(Risky)
        assert "live explain tests.risky" in str(found()["W013"].hint)

    @pytest.mark.parametrize(
        "template",
        [
            '<p title="{{ word }}">{{ word }}</p>',
            '<p><a href="/tags/{{ word }}/">x</a></p>',
            "<p {% if word %}hidden{% endif %}></p>",
        ],
    )
    def test_a_value_where_it_is_safe_is_not(self, template):
        Tame = type(
            "Tame", (Component,), {"name": "tests.tame", "template": template, "__annotations__": {"word": str}}
        )
        checks.registry.enrol(Tame)
        assert found() == {}


class TestDeployment:
    right = {
        "SESSION_COOKIE_SECURE": True,
        "ALLOWED_HOSTS": ["example.com"],
        "LIVEACTIONS": {"REDIS_URL": URL},
    }

    def test_a_well_protected_site_is_silent(self):
        with override_settings(**self.right):
            assert found(deploy=True) == {}

    @pytest.mark.parametrize(
        ("name", "value"),
        [("SESSION_COOKIE_SECURE", False), ("SESSION_COOKIE_SAMESITE", "None"), ("ALLOWED_HOSTS", ["*"])],
    )
    def test_what_weakens_the_session_is_named(self, name, value):
        with override_settings(**{**self.right, name: value}):
            assert name in found(deploy=True)["W007"].msg

    def test_without_redis_a_deployment_is_warned(self):
        with override_settings(**{**self.right, "LIVEACTIONS": {}}):
            assert set(found(deploy=True)) == {"W004"}


def write_module(folder: Path, monkeypatch: pytest.MonkeyPatch, **modules: str) -> None:
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(folder)


class OwnSessions(SessionMiddleware):
    """A project's own variant."""
