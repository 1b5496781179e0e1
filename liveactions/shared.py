"""Shared components in this process: how they look, and where their actions run."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils import timezone

from liveactions.bus import before_close, hub, states
from liveactions.conf import conf
from liveactions.ledger import DatabaseLedger
from liveactions.runtime import Surroundings
from liveactions.runtime.fitting import room
from liveactions.runtime.gallery import Gallery
from liveactions.runtime.ports import Runner, States
from liveactions.runtime.sharing import Sharing
from liveactions.templating import renderer

__all__ = ["forget", "gallery", "sharing"]

galleries: dict[States, Gallery] = {}
by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Sharing] = WeakKeyDictionary()


def gallery() -> Gallery:
    """How shared components look, in the language and the time zone of the site."""
    kept_in, zone = states(), timezone.get_default_timezone_name()
    around = Surroundings(language=settings.LANGUAGE_CODE, timezone=zone)
    found = galleries.get(kept_in)
    if found is None or found.around != around:
        found = galleries[kept_in] = Gallery(kept_in, renderer(), around)
    return found


def sharing(threads: Runner) -> Sharing:
    """Where actions of shared components run on the running event loop, and their synchronous code in ``threads``."""
    loop = asyncio.get_running_loop()
    if loop not in by_loop:
        by_loop[loop] = Sharing(gallery(), hub(), threads, DatabaseLedger(), conf().shared_age, most=room(conf()))
        before_close(close)
    return by_loop[loop]


def forget() -> None:
    """Forget every shared component that this process has shown, as between two tests."""
    gallery().forget()


async def close() -> None:
    """End what the running event loop has of them."""
    found = by_loop.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
