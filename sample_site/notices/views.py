from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from sample_site.notices.forms import NoticeForm

__all__ = ["Notifications", "send"]

TEMPLATE = "notices/notifications.html"
COMMANDS = (
    'python sample_site/manage.py desk_announce "Lunch is here" --everyone',
    'python sample_site/manage.py desk_announce "The courier waits" --topic warehouse --level warning',
    'python sample_site/manage.py desk_announce "Call Ember Books back" --user ana --keep',
)


class Notifications(LoginRequiredMixin, TemplateView):
    """Three ways to send: from a component, from an ordinary view, from a command."""

    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**context(NoticeForm(auto_id="plain_%s")), **kwargs)


@require_POST
@login_required
def send(request: HttpRequest) -> HttpResponse:
    """The ordinary Django way: a form is posted, news goes out to open pages, the browser is sent back."""
    form = NoticeForm(request.POST, auto_id="plain_%s")
    if not form.is_valid():
        return render(request, TEMPLATE, context(form), status=422)
    messages.success(request, form.send(request.user.get_username()))
    return redirect("notifications")


def context(form: NoticeForm) -> dict[str, Any]:
    return {"form": form, "section": "notifications", "commands": COMMANDS, "icons": static("desk/icons.svg")}
