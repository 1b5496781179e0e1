"""The addresses for machines."""

from __future__ import annotations

import pytest

from liveactions.asgi import get_asgi_application
from liveactions.operations import begin_draining, serve_health, serve_metrics, serve_readiness
from liveactions.operations.condition import end_draining
from tests.operations.asking import ask


@pytest.mark.parametrize("path", ["/live/health", "/live/health/", "/live/ready"])
async def test_the_addresses_stand_below_the_path_of_the_socket(path):
    response = await ask(get_asgi_application(), path=path)
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


async def test_who_answers_is_alive():
    assert (await ask(serve_health)).json == {"alive": True}


async def test_a_process_that_ends_is_alive_and_not_ready():
    begin_draining()
    try:
        response = await ask(serve_readiness)
        assert (await ask(serve_health)).status == 200
    finally:
        end_draining()
    assert response.status == 503
    assert response.json == {"ready": False, "reasons": [{"code": "draining", "message": "This process is ending."}]}
    assert (await ask(serve_readiness)).json == {"ready": True, "reasons": []}


async def test_no_redis_address_is_given_away(settings):
    settings.LIVEACTIONS = {"REDIS_URL": "redis://:hush@127.0.0.1:1/0"}
    response = await ask(serve_readiness)
    assert response.status == 503
    assert [reason["code"] for reason in response.json["reasons"]] == ["bus.unreachable"]
    assert b"hush" not in response.body


async def test_a_head_request_has_no_body_and_others_are_refused():
    assert (await ask(serve_health, method="HEAD")).body == b""
    assert (await ask(serve_health, method="POST")).status == 405


# Figures


async def test_the_figures_are_for_nobody_unless_the_setting_says_so():
    assert (await ask(serve_metrics)).status == 404


async def test_the_figures_are_for_who_says_the_token(settings):
    settings.LIVEACTIONS = {"METRICS": "s3cret"}
    refused = await ask(serve_metrics, authorization="Bearer wrong")
    assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert (await ask(serve_metrics)).status == 401
    told = await ask(serve_metrics, authorization="bearer s3cret", client=("10.0.0.9", 1))
    assert told.status == 200
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert b"# TYPE liveactions_pages gauge" in told.body


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (("127.0.0.1", 1), {}, 200),
        (("::1", 1), {}, 200),
        (("10.0.0.9", 1), {}, 401),
        (None, {}, 401),
        (("127.0.0.1", 1), {"x_forwarded_for": "10.0.0.9"}, 401),
        (("127.0.0.1", 1), {"authorization": "Bearer local", "forwarded": "for=10.0.0.9"}, 401),
    ],
)
async def test_local_means_this_machine_without_a_proxy_between(settings, client, headers, status):
    settings.LIVEACTIONS = {"METRICS": "local"}
    assert (await ask(serve_metrics, client=client, **headers)).status == status
