"""``Live``: the pages of a test, their users' browsers, and a server for them inside this process."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from liveactions.bus import close_hub
from liveactions.components import Component
from liveactions.runtime import Page as Session
from liveactions.shared import forget as forget_shared
from liveactions.testing.browser import Browser
from liveactions.testing.commits import run_committed
from liveactions.testing.errors import TimedOut
from liveactions.testing.host import Watch, serve
from liveactions.testing.loop import Loop
from liveactions.testing.page import LivePage

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Live"]

T = TypeVar("T")


class Live:
    """Opens live pages in a test: the real consumer, codec, bus and store, in this process, without a browser.

    ::

        with Live() as live:
            page = live.open(Counter, count=2)
            page.click("Add two")
            assert page.text("output") == "4"

    With pytest it is the fixture ``live``. ``timeout`` is how many seconds one gesture may take.
    """

    def __init__(self, *, timeout: float = 10.0) -> None:
        self.watch = Watch()
        self.pages: list[LivePage] = []
        self.browsers: dict[Any, Browser] = {}
        self.loop = Loop(timeout)
        self.server = self.loop.run(serve(self.loop.here, self.watch))
        self.watch.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Pages ----------------------------------------------------------------------------------------------------

    def open(
        self, what: str | type[Component], /, *, user: Any = None, expect: str | None = None, **params: Any
    ) -> LivePage:
        """A new page: a component (a class or its name) alone on it, mounted with ``params``; or a URL of the project.

        ``user`` is who opens it, signed in by a session; all pages of one user are tabs of one browser. ``expect`` is
        the code of a refusal that is expected (``mount.refused``). Raises ``PageFailed``, ``CallRefused``, and
        whatever a view or ``mount`` raises.
        """
        browser = self.browser(user)
        page = LivePage(self, browser.get(what) if is_url(what) else browser.empty(what, params))
        self.pages.append(page)
        page.connect(expect)
        return page

    def browser(self, user: Any = None) -> Browser:
        """The browser of ``user``; its ``client`` is a ``django.test.Client`` with the same session."""
        key = getattr(user, "pk", None)
        if key not in self.browsers:
            self.browsers[key] = Browser(user if key is not None else None)
        return self.browsers[key]

    def settle(self) -> None:
        """Wait until nothing moves: calls are answered, broadcasts have arrived, every page shows them.

        Gestures and everything that is read do this by themselves.
        """
        run_committed()
        try:
            self.run(self.quiet())
            while self.drained():
                self.run(self.quiet())
        except TimedOut as error:
            waiting = [f"\n  {page!r}: {frame}" for page in self.pages for frame in page.connection.waiting.values()]
            raise TimedOut(
                f"{error} Still waiting:{''.join(waiting) or ' nothing that a page has asked for.'}"
            ) from None

    def drained(self) -> bool:
        """Have every page take what has arrived; True if there was anything for any of them."""
        return sum(page.drain() for page in self.pages) > 0

    async def quiet(self) -> None:
        """Wait until nobody on the event loop has anything to do."""
        busy = True
        while busy:
            for page in self.pages:
                if page.socket is not None:
                    await page.socket.idle()
            busy = await self.server.stirred()

    def close(self) -> None:
        """Close every page and end everything that was started. Idempotent."""
        if self.loop.loop.is_closed():
            return
        try:
            for page in list(self.pages):
                page.close()
            self.run(self.server.close())
            self.run(close_hub())
            forget_shared()
        finally:
            self.watch.end()
            self.loop.close()

    # What pages need ------------------------------------------------------------------------------------------

    def begin(self) -> None:
        self.watch.forget()
        for page in self.pages:
            page.down = page.up = 0

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        return self.loop.run(work, timeout)

    def soon(self, function: Callable[..., Any], *args: Any) -> None:
        self.loop.loop.call_soon_threadsafe(function, *args)

    def session(self, token: str) -> Session | None:
        return self.server.session(token)

    def leave(self, page: LivePage, session: Session | None) -> None:
        self.pages.remove(page)
        if session is not None:
            self.run(self.server.end(session))


def is_url(what: str | type[Component]) -> TypeGuard[str]:
    return isinstance(what, str) and ("/" in what or "?" in what)
