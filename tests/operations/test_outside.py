"""What is seen through the public address: of a site that is well, and of proxies that do it wrong."""

from __future__ import annotations

import pytest

from liveactions.operations.outside import allows_itself, looks_outside
from liveactions.wire import encode
from liveactions.wire.frames import Bye, Welcome
from tests.operations.proxies import Wrong, accept, http, message

HEARTBEAT = 0.2


def seen(url: str, **options) -> dict[str, tuple[str, str]]:
    """Verdict and text by what was looked at."""
    return {f.what: (f.verdict, f"{f.seen} → {f.advice}") for f in looks_outside(url, timeout=2.0, **options)}


def served(then):
    """A site whose HTTP is well; sockets of its own origin are let in and given to ``then``."""

    def handler(connection, headers, path):
        if "upgrade" not in headers:
            status = "404 Not Found" if path.endswith("metrics") else "200 OK"
            kind = "text/javascript" if path.endswith(".js") else "text/html"
            http(connection, status, "hello", Content_Type=kind)
        elif headers["origin"].endswith(".invalid"):
            http(connection, "403 Forbidden")
        else:
            then(connection, headers)

    return Wrong(handler)


@pytest.mark.slow
def test_a_site_that_is_well_has_no_complaints(web):
    told = seen(f"{web.url}/")
    metrics = told.pop("metrics")
    assert {verdict for verdict, _ in told.values()} <= {"good", "note"}, told
    assert told["foreign origin"] == ("good", "refused (HTTP 403) → ")
    assert "subprotocol liveactions.1" in told["websocket"][1]
    assert "a heartbeat is 1 s" in told["greeting"][1]
    assert "stays open for 2 s" in told["idle line"][1]
    assert "text/javascript" in told["client"][1]
    assert told["event stream"] == ("good", "speaks at once → ")
    assert metrics[0] == "bad", "local is what every visitor is here"


def test_a_site_that_is_not_there_is_told_once_for_each_look():
    told = list(looks_outside("http://127.0.0.1:1/", timeout=0.5))
    assert {finding.verdict for finding in told} == {"bad"}
    assert "Connection refused" in told[0].seen


def test_a_proxy_that_passes_no_websockets_on_is_told_with_what_to_write():
    with served(lambda connection, headers: http(connection, "426 Upgrade Required")) as site:
        verdict, text = seen(site.url)["websocket"]
    assert verdict == "bad" and "HTTP 426" in text and "proxy_set_header Upgrade" in text


def test_an_own_origin_that_is_refused_is_told_with_the_settings_to_look_at():
    with served(lambda connection, headers: http(connection, "403 Forbidden")) as site:
        verdict, text = seen(site.url)["websocket"]
    assert verdict == "bad" and "SECURE_PROXY_SSL_HEADER" in text


def test_a_proxy_that_drops_the_subprotocol_is_told():
    with served(lambda connection, headers: accept(connection, headers, None)) as site:
        assert seen(site.url)["websocket"][0] == "bad"


def test_a_refusal_of_the_server_is_told():
    def refuse(connection, headers):
        accept(connection, headers)
        connection.recv(100)
        connection.sendall(message(encode(Bye("page.busy", "Later."))))

    with served(refuse) as site:
        assert seen(site.url)["greeting"] == ("bad", "page.busy: Later. → See the log of the site.")


def welcomed(connection, headers):
    accept(connection, headers)
    connection.recv(100)
    connection.sendall(message(encode(Welcome("t", False, 0, 0, int(HEARTBEAT * 1000), "p"))))


def test_a_line_that_is_closed_while_it_is_idle_is_told():
    with served(welcomed) as site:
        verdict, text = seen(site.url, patience=1.0)["idle line"]
    assert verdict == "bad" and "proxy_read_timeout" in text


def test_a_proxy_that_holds_pings_back_is_told():
    def hold(connection, headers):
        welcomed(connection, headers)
        connection.settimeout(5)
        connection.recv(100)

    with served(hold) as site:
        verdict, text = seen(site.url, patience=1.0)["idle line"]
    assert verdict == "bad" and "buffering" in text


def test_a_foreign_origin_that_is_let_in_is_told():
    def handler(connection, headers, path):
        if "upgrade" in headers:
            accept(connection, headers)
        else:
            http(connection, "200 OK", Content_Type="text/plain")

    with Wrong(handler) as site:
        told = seen(site.url)
    assert told["foreign origin"][0] == "bad"
    assert told["client"][0] == "bad" and "text/plain" in told["client"][1]
    assert told["metrics"][0] == "bad"


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("default-src 'self'", True),
        ("default-src 'none'; connect-src 'self'", True),
        ("connect-src https://other.example", False),
        ("default-src 'none'", False),
        ("connect-src wss://shop.example", True),
        ("img-src 'none'", True),
    ],
)
def test_whether_a_policy_lets_the_client_connect(policy, allowed):
    assert allows_itself(policy, "connect-src", "https://shop.example/") is allowed


def streaming(*pieces: bytes):
    """A site whose event stream says these pieces, and then nothing more."""

    def handler(connection, headers, path):
        if "/stream" in path:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + b"".join(pieces))
            connection.recv(100)
        else:
            http(connection, "404 Not Found", "", Content_Type="text/html")

    return Wrong(handler)


def test_an_event_stream_that_is_held_back_is_told_with_what_to_write():
    with streaming(b"\r\n") as site:
        verdict, text = seen(site.url)["event stream"]
    assert verdict == "bad" and "nothing came for 2 s" in text and "proxy_buffering off" in text


def test_an_event_stream_that_is_compressed_is_told():
    with streaming(b"Content-Encoding: gzip\r\n\r\n", b"event: open\ndata: x\n\n") as site:
        verdict, text = seen(site.url)["event stream"]
    assert verdict == "bad" and "gzip" in text


def test_a_proxy_that_does_not_hand_the_event_stream_on_is_told():
    with served(lambda connection, headers: http(connection, "426 Upgrade Required")) as site:
        verdict, text = seen(site.url)["event stream"]
    assert verdict == "bad" and "all that is below the path" in text
