"""The world of a page session: the fulfilled ports, and what the doors know and it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from liveactions.components import ActionRequest
from liveactions.runtime.attending import NOBODY
from liveactions.runtime.awake import Awake
from liveactions.runtime.deadlines import Deadlines
from liveactions.runtime.limits import Limits
from liveactions.runtime.ports import (
    Attendance,
    Gallery,
    Hub,
    Jobs,
    Ledger,
    Renderer,
    Runner,
    Seals,
    Sharing,
    Translator,
    Vault,
)
from liveactions.runtime.quotas import Quotas
from liveactions.runtime.unshared import NO_GALLERY, NO_SHARING

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["Host"]


@dataclass(frozen=True, slots=True)
class Host:
    """The world of a page session: the fulfilled ports, and what the doors know and it does not."""

    renderer: Renderer
    runner: Runner
    translator: Translator
    hub: Hub
    limits: Limits
    deadlines: Deadlines
    now: Callable[[], float]
    awake: Awake
    """The clock by which pages are slow."""
    take_up: Callable[[Page, str, int], Any]
    """Makes the node of a mount token (awaitable). Raises ``TokenError``."""
    seals: Seals
    jobs: Jobs
    ledger: Ledger
    request: type[ActionRequest] = ActionRequest
    """What the request of a call is."""
    attendance: Attendance = NOBODY
    gallery: Gallery = NO_GALLERY
    sharing: Sharing = NO_SHARING
    vault: Vault | None = None
    """Where pages are kept for other processes; None if they are not."""
    tell: Callable[..., Any] = lambda *_, **__: None
    """Tells pages, wherever they are: ``tell(audience, *results, event=…, **payload)``. Never raises."""
    rows_in: Callable[[Iterable[Any]], Any] = lambda _: None
    """Plain data that names the rows among values, for ``rows_at_hand``."""
    rows_at_hand: Callable[[Iterable[Any]], AbstractContextManager[None]] = lambda _: nullcontext()
    """Within it, components that are restored find the rows that these name, fetched together."""
    is_overloaded: Callable[[Any], bool] = lambda _: False
    """Whether the process, or the user of that page, has so much to do that its calls are refused."""
    quotas: Quotas = field(default_factory=Quotas)
    """What each user takes of the process."""
    strict: bool = False
    """Whether what would only be logged in production is an error."""
