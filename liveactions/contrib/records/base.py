"""What the list and the form of a registered model have in common."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from liveactions import ActionRequest, Component
from liveactions.contrib.records import changes, registry
from liveactions.contrib.records.naming import label_of
from liveactions.contrib.records.options import Records

__all__ = ["OfRecords"]


class OfRecords(Component):
    """A component about a registered model: ``model`` is its name, as ``records.find`` takes it."""

    model: str

    @property
    def _records(self) -> Records:
        try:
            return registry.find(self.model)
        except LookupError as reason:
            raise Http404(str(reason)) from reason

    @property
    def label(self) -> str:
        return self._records.label

    @property
    def plural(self) -> str:
        return self._records.plural

    @property
    def _asking(self) -> Any:
        """The request of the call; outside of one, a request that says who looks."""
        request: ActionRequest | None = self.request  # None outside of a call
        return request or ActionRequest(user=self.user, page=self.page, component=self.id)

    @property
    def _origin(self) -> str:
        return f"{self.page}/{self.id}"

    def _require(self, power: str, obj: Any = None) -> None:
        """Raises ``PermissionDenied`` unless the user may."""
        if not self._records.may(power, self._asking, obj):
            raise PermissionDenied(_("You may not do this with %(what)s.") % {"what": self._records.plural})

    _heard: tuple[str, ...] = ()
    """The last changes that were heard of: one that concerns several topics is heard on each."""

    def _is_news(self, batch: str, origin: str) -> bool:
        """Whether this change is heard of for the first time, and is not the component's own, which it has seen to."""
        if batch in self._heard:
            return False
        self._heard = (*self._heard[-7:], batch)
        return origin != self._origin

    @property
    def _label(self) -> str:
        """The name under which changes of the model are told."""
        return label_of(changes.concrete(self._records.model))

    def _note(self, by: str) -> str:
        """The sentence for what somebody else has changed."""
        return _("Changed by %(who)s.") % {"who": by} if by else _("Changed elsewhere.")
