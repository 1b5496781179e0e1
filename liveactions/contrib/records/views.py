"""The pages of registered models: what there is, a list, a record, a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.views.generic import TemplateView, View

from liveactions.contrib.records import registry
from liveactions.contrib.records.exports import KINDS, lines, to_csv, to_xlsx
from liveactions.contrib.records.options import Records
from liveactions.contrib.records.performers import has_windows
from liveactions.contrib.records.queries import Query, found
from liveactions.contrib.records.routes import address

__all__ = ["DetailPage", "Export", "Index", "ListPage", "patterns"]


class Page(AccessMixin, TemplateView):
    """A page for people who are signed in, with links to the lists that they may see."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = [
            {"name": records.name, "label": records.plural, "url": address("list", records.model)}
            for records in registry.registered()
            if records.can_view(self.request)
        ]
        query = self.request.GET.urlencode()
        return super().get_context_data(**{"places": places, "query": query, "windows": has_windows(), **kwargs})


class Index(Page):
    template_name = "live_records/index.html"


class RecordsPage(Page):
    """About one registered model: ``live_records/<app>/<model>_<kind>.html``, or the general template."""

    kind = ""

    @property
    def records(self) -> Records:
        return registration(self.kwargs)

    def get_template_names(self) -> list[str]:
        app, _, model = self.records.name.partition(".")
        return [f"live_records/{app}/{model}_{self.kind}.html", f"live_records/page_{self.kind}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        records = self.records
        if not records.can_view(self.request):
            raise PermissionDenied
        return super().get_context_data(**{"pk": None, **kwargs, "records": records, "model": records.name})


class ListPage(RecordsPage):
    kind = "list"


class DetailPage(RecordsPage):
    kind = "detail"


class Export(AccessMixin, View):
    """What a list has found, as a file."""

    def get(self, request: HttpRequest, kind: str, **kwargs: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        records = registration(kwargs)
        if not records.can_view(request):
            raise PermissionDenied
        if kind not in records.exports or kind not in KINDS:
            raise Http404
        rows = found(records, request, Query.decode(request.GET.urlencode()))
        name = f"{records.name.partition('.')[2]}.{kind}"
        media, _write = KINDS[kind]
        content = lines(records, request, rows)
        if kind == "xlsx":
            return FileResponse(to_xlsx(content, records.plural), as_attachment=True, filename=name, content_type=media)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(to_csv(content), content_type=media, headers=headers)


def registration(kwargs: Any) -> Records:
    try:
        return registry.find(f"{kwargs['app']}.{kwargs['model']}")
    except LookupError as reason:
        raise Http404(str(reason)) from reason


patterns = [
    path("", Index.as_view(), name="index"),
    path("<str:app>/<str:model>/", ListPage.as_view(), name="list"),
    path("<str:app>/<str:model>/new/", DetailPage.as_view(), name="new"),
    path("<str:app>/<str:model>/export.<str:kind>", Export.as_view(), name="export"),
    path("<str:app>/<str:model>/record/<path:pk>/", DetailPage.as_view(), name="detail"),
]
