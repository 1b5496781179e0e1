"""What the doctor looks at through the public address, as a browser would come: proxies, origins, static files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from django.templatetags.static import static

from liveactions.conf import conf
from liveactions.consumers.live import SUBPROTOCOL
from liveactions.errors import FrameError
from liveactions.operations.findings import Finding, bad, good, note
from liveactions.operations.visitor import Answer, Closed, Refused, Visitor, first_event, get
from liveactions.version import __version__
from liveactions.wire import decode, encode
from liveactions.wire.frames import SERVER_FRAMES, Bye, Frame, Hello, Leave, Ping, Pong, Welcome

__all__ = ["looks_outside"]

FOREIGN = "https://origin.invalid"
"""Nobody's (RFC 2606)."""

MAX_BYTES = 1024 * 1024

FAILURES = (OSError, HTTPException, Refused, Closed, FrameError)


def looks_outside(url: str, *, timeout: float = 5.0, patience: float | None = None) -> Iterator[Finding]:
    """Everything that can be seen at ``url`` (``https://shop.example``). Never raises.

    ``patience`` is for how many seconds a socket is kept idle; by default for two heartbeats.
    """
    place = urlsplit(url)
    site = f"{place.scheme}://{place.netloc}"
    door = urljoin(site, conf().path)
    for look in (
        lambda: page(url, timeout),
        lambda: client_script(site, timeout),
        lambda: figures(door, timeout),
        lambda: foreign_origin(door, timeout),
        lambda: socket(door, site, timeout, patience),
        lambda: stream(door, timeout),
    ):
        yield from safely(look)


def safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except FAILURES as error:
        yield bad("address", f"{type(error).__name__}: {error}", "Is the site up, and is this its public address?")


# HTTP --------------------------------------------------------------------------------------------------------------


def page(url: str, timeout: float) -> Iterator[Finding]:
    """The page itself, and what its policy lets the client do."""
    answer = get(url, timeout)
    if answer.status >= 500:
        yield bad("page", f"HTTP {answer.status}", "See the log of the site.")
        return
    yield good("page", f"HTTP {answer.status}")
    policy = answer.headers.get("Content-Security-Policy")
    if policy is None:
        yield note("content security policy", "none", "See docs/guides/security.md for one that fits.")
        return
    lacking = [name for name in ("script-src", "connect-src") if not allows_itself(policy, name, url)]
    if lacking:
        yield bad("content security policy", f"{' and '.join(lacking)} without 'self'", CSP_ADVICE)
    else:
        yield good("content security policy", "lets the client load and connect")


CSP_ADVICE = "Allow 'self' in script-src (the client) and connect-src (its socket)."


def allows_itself(policy: str, name: str, url: str) -> bool:
    """Whether a directive (or ``default-src`` in its place) lets a page use its own site."""
    directives = {words[0].lower(): words[1:] for part in policy.split(";") if (words := part.split())}
    sources = directives.get(name, directives.get("default-src"))
    host = urlsplit(url).netloc
    own = {"'self'", "*", "https:", "http:", "wss:", "ws:", "'strict-dynamic'", host}
    return sources is None or any(source in own or source.endswith(f"//{host}") for source in sources)


def client_script(site: str, timeout: float) -> Iterator[Finding]:
    """The built client is there, and a browser would run it."""
    address = urljoin(site, static("liveactions/liveactions.js"))
    answer = get(address, timeout)
    kind = answer.headers.get_content_type()
    if answer.status != 200:
        yield bad("client", f"{address}: HTTP {answer.status}", "Run collectstatic, and serve STATIC_URL.")
    elif "javascript" not in kind:
        yield bad("client", f"{address} is {kind}", "Serve .js as text/javascript: browsers run nothing else.")
    else:
        yield good("client", f"{address}: {kind}{packed(answer)}")


def packed(answer: Answer) -> str:
    cached = answer.headers.get("Cache-Control")
    return f", cache-control: {cached}" if cached else ""


def figures(door: str, timeout: float) -> Iterator[Finding]:
    """The figures of a process are nothing for visitors."""
    answer = get(urljoin(door, "metrics"), timeout)
    if answer.status == 200:
        yield bad("metrics", "everybody may read them at this address", METRICS_ADVICE)
    else:
        yield good("metrics", f"closed to visitors (HTTP {answer.status})")


METRICS_ADVICE = 'Set LIVEACTIONS["METRICS"] to a token, or keep the proxy from passing the path on.'


# The socket --------------------------------------------------------------------------------------------------------


def foreign_origin(door: str, timeout: float) -> Iterator[Finding]:
    """The page of another site may not connect."""
    try:
        with Visitor(door, origin=FOREIGN, protocol=SUBPROTOCOL, timeout=timeout):
            yield bad("foreign origin", "was let in", "Is there something in front that sets the Origin header?")
    except Refused as refused:
        if refused.status == 403:
            yield good("foreign origin", "refused (HTTP 403)")
        else:
            yield note("foreign origin", str(refused), "403 was expected: see below what became of our own.")


def socket(door: str, site: str, timeout: float, patience: float | None) -> Iterator[Finding]:
    """Handshake, subprotocol, HELLO and WELCOME, and whether the line stays open when nothing is said."""
    try:
        with Visitor(door, origin=site, protocol=SUBPROTOCOL, timeout=timeout) as visitor:
            yield from converse(visitor, patience)
    except Refused as refused:
        yield bad("websocket", str(refused), HANDSHAKE_ADVICE.get(refused.status, UPGRADE_ADVICE))


def stream(door: str, timeout: float) -> Iterator[Finding]:
    """The way round a blocked WebSocket: an event stream whose first event comes at once."""
    if not conf().fallback:
        yield note(
            "event stream", "switched off", 'Pages whose WebSocket is blocked are dead: LIVEACTIONS["FALLBACK"].'
        )
        return
    try:
        answer = first_event(urljoin(door, f"stream?{SUBPROTOCOL}"), timeout)
    except TimeoutError:
        yield bad("event stream", f"nothing came for {timeout:g} s", STREAM_ADVICE)
        return
    if answer.status != 200 or not answer.body.startswith(b"event: open"):
        yield bad("event stream", f"HTTP {answer.status}, {answer.headers.get_content_type()}", UNKNOWN_ADVICE)
    elif encoding := answer.headers.get("Content-Encoding"):
        yield bad("event stream", f"compressed ({encoding})", STREAM_ADVICE)
    else:
        yield good("event stream", "speaks at once")


STREAM_ADVICE = (
    "Something in front holds it back until there is more. nginx: proxy_buffering off; gzip off, for this path."
)
UNKNOWN_ADVICE = "The proxy has to hand on all that is below the path of the socket."

UPGRADE_ADVICE = (
    "Something in front does not pass WebSockets on. nginx: proxy_http_version 1.1; "
    "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade. See docs/guides/deploying.md."
)
HANDSHAKE_ADVICE = {
    403: "The origin is not the site's own as the process sees it. Behind a proxy pass Host on, and set "
    "SECURE_PROXY_SSL_HEADER and ALLOWED_HOSTS; the log of liveactions.security says what was compared.",
    404: "Nothing is served at this path. Is ASGI_APPLICATION that of liveactions.asgi, and PATH the same?",
    502: "The proxy does not reach the process.",
    503: "The proxy has no process to pass it to, or the process is not ready.",
    504: "The proxy waits in vain for the process.",
}


def converse(visitor: Visitor, patience: float | None) -> Iterator[Finding]:
    if visitor.agreed != SUBPROTOCOL:
        yield bad(
            "websocket",
            f"subprotocol {visitor.agreed!r}",
            "A proxy drops Sec-WebSocket-Protocol, or it is another server.",
        )
        return
    yield good("websocket", f"open, subprotocol {visitor.agreed}")
    began = time.perf_counter()
    visitor.send(encode(Hello(__version__)))
    welcome = read(visitor)
    took = time.perf_counter() - began
    if not isinstance(welcome, Welcome):
        said = f"{welcome.code}: {welcome.message}" if isinstance(welcome, Bye) else type(welcome).__name__
        yield bad("greeting", said, "See the log of the site.")
        return
    yield good(
        "greeting", f"HELLO was answered after {took * 1000:.0f} ms; a heartbeat is {welcome.heartbeat / 1000:g} s"
    )
    yield idle(visitor, welcome, patience)
    visitor.send(encode(Leave()))


def idle(visitor: Visitor, welcome: Welcome, patience: float | None) -> Finding:
    """Say nothing but what the protocol asks for, and see that pings come in time and the line stays open."""
    heartbeat = welcome.heartbeat / 1000
    wanted = 2 * heartbeat if patience is None else patience
    began = last = time.monotonic()
    longest = 0.0
    while (waited := time.monotonic() - began) < wanted:
        try:
            frame = read(visitor, max(wanted - waited, 0.05))
        except TimeoutError:
            break
        except Closed as closed:
            return bad("idle line", f"{closed} after {waited:.0f} s", IDLE_ADVICE)
        if isinstance(frame, Ping):
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
            visitor.send(encode(Pong(frame.offset)))
    silent = max(longest, time.monotonic() - last)
    if wanted >= 1.5 * heartbeat and silent > 1.5 * heartbeat:
        return bad(
            "idle line",
            f"no ping for {silent:.0f} s",
            "Something in front holds back what the server says: switch buffering off.",
        )
    return good("idle line", f"stays open for {wanted:.0f} s; at most {silent:.1f} s without a ping")


IDLE_ADVICE = "Something in front closes idle lines. nginx: proxy_read_timeout 60s or more; at least three heartbeats."


def read(visitor: Visitor, timeout: float | None = None) -> Frame:
    return decode(visitor.receive(timeout), SERVER_FRAMES, MAX_BYTES)
