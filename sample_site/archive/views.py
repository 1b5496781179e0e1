from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

__all__ = ["LargeLists"]


class LargeLists(LoginRequiredMixin, TemplateView):
    """A list that is only there where one looks, and one whose items nobody keeps."""

    template_name = "archive/large_lists.html"
    extra_context = {"section": "large_lists"}
