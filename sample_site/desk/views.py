from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.views.generic import TemplateView

from sample_site.desk import seed

__all__ = ["Dashboard", "SignIn"]


class SignIn(LoginView):
    """The sign-in page. It shows the demo accounts, because this is a demo."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"accounts": seed.ACCOUNTS, "password": seed.PASSWORD}


class Dashboard(LoginRequiredMixin, TemplateView):
    """The page is plain; everything that lives on it is a component."""

    template_name = "desk/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(section="dashboard", **kwargs)
