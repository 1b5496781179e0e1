from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.views.generic import TemplateView

__all__ = ["OverviewPage"]


class OverviewPage(PermissionRequiredMixin, TemplateView):
    """The entrance of the office. Its other pages are those of ``liveactions.contrib.records``."""

    template_name = "office/office.html"
    permission_required = "office.view_invoice"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(section="office", **kwargs)
