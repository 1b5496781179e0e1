"""The ASGI application of a site."""

from __future__ import annotations

from typing import Any

import pytest

from liveactions.asgi import LiveApplication, get_asgi_application


class Door:
    """An application that notes which paths it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])


def doors(websocket: Door | None = None) -> tuple[LiveApplication, Door, Door]:
    http, live = Door(), Door()
    return LiveApplication(http, live, {}, "/live/", websocket), http, live


async def ask(application: LiveApplication, kind: str, path: str, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    waiting, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(waiting)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application({"type": kind, "path": path}, receive, send)
    return sent


async def test_pages_go_to_django_and_sockets_to_us():
    application, http, live = doors()
    await ask(application, "http", "/live/")
    await ask(application, "websocket", "/live/")
    assert (http.asked, live.asked) == (["/live/"], ["/live/"])


@pytest.mark.parametrize("path", ["/live/", "/live"])
async def test_programs_and_files_stand_below_the_path_of_the_socket(path):
    http, programs, files = Door(), Door(), Door()
    application = LiveApplication(http, Door(), {"programs": programs, "files": files}, path, None)
    await ask(application, "http", "/live/programs/abc.json")
    await ask(application, "http", "/live/files/abc")
    await ask(application, "http", "/live/other/")
    assert (programs.asked, files.asked) == (["/live/programs/abc.json"], ["/live/files/abc"])
    assert http.asked == ["/live/other/"]


@pytest.mark.parametrize("path", ["/", "/live", "/live/x/", "/LIVE/"])
async def test_at_any_other_path_there_is_no_socket(path):
    application, _, live = doors()
    sent = await ask(application, "websocket", path, {"type": "websocket.connect"})
    assert sent == [{"type": "websocket.close", "code": 4404}]
    assert live.asked == []


async def test_sockets_of_the_site_itself_go_where_it_says():
    other = Door()
    application, _, live = doors(other)
    await ask(application, "websocket", "/chat/")
    await ask(application, "websocket", "/live/")
    assert (other.asked, live.asked) == (["/chat/"], ["/live/"])


async def test_a_server_may_announce_that_it_starts_and_ends():
    application, *_ = doors()
    sent = await ask(application, "lifespan", "", {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_the_path_is_a_setting(settings):
    settings.LIVEACTIONS = {"PATH": "/sockets/"}
    assert get_asgi_application().path == "/sockets/"


@pytest.mark.parametrize("debug", [True, False])
def test_static_files_are_served_only_while_debugging(settings, debug):
    settings.DEBUG = debug
    assert (type(get_asgi_application().http).__name__ == "ASGIStaticFilesHandler") is debug
