"""The action request of a Django site: everything that ``self.request`` can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.translation import gettext

from liveactions.components import ActionRequest as BaseRequest
from liveactions.components import Component
from liveactions.components.request import Runnable
from liveactions.errors import LocalError
from liveactions.requests.background import BackgroundOfRequest
from liveactions.requests.buttons import ButtonsOfRequest
from liveactions.requests.mail import MailOfRequest
from liveactions.requests.records import RecordsOfRequest
from liveactions.requests.showing import ShowingRequest
from liveactions.templating import renderer
from liveactions.templating.renderer import NeedsThread

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["ActionRequest"]


@dataclass(init=False)
class ActionRequest(ShowingRequest, ButtonsOfRequest, RecordsOfRequest, MailOfRequest, BackgroundOfRequest):
    """One call, as the action sees it, and its connection to the rest of the site.

    What it knows stands in ``liveactions.components.ActionRequest``; what it can do, in the modules of this package.
    """

    offset: int | None = field(default=None, kw_only=True, compare=False, repr=False)
    limit: int | None = field(default=None, kw_only=True, compare=False, repr=False)
    """Which rows are asked for: ``sliced_data_iterator``."""
    start_at_bottom: bool = field(default=False, kw_only=True, compare=False, repr=False)

    inside: bool | None = field(default=None, kw_only=True, compare=False, repr=False)
    """Whether what it writes will stand in a component of a page, also before there is a page session."""

    inherited = (*BaseRequest.inherited, "inside")

    @classmethod
    def of(cls, component: Component, **options: Any) -> Self:
        """A request about a component, for what it shows: its buttons, links and rows."""
        given = {"user": component.user, "page": component.page, "component": component.id, "speaker": component}
        return cls(**{**given, "inside": True, "is_interactive": False, **options})

    @property
    def dev(self) -> bool:
        return settings.DEBUG

    def say(self, text: str) -> str:
        return gettext(text)

    def settle(self, value: Any) -> Any:
        """``value``, or what it comes to if it is awaitable. Raises ``LocalError`` on an event loop."""
        try:
            return renderer().settle(value)
        except NeedsThread:
            raise LocalError(
                "Something asynchronous was met by code that cannot wait for it.",
                hint='Write "await self.request.confirm(…)", or "await self.request.arun(…)".',
            ) from None

    async def arun(self, runnable: Runnable, **options: Any) -> dict[str, Any]:
        """``run`` for asynchronous code."""
        return await sync_to_async(self.run)(runnable, **options)
