from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.contrib.staticfiles.views import serve
from django.urls import include, path

from sample_site.desk.views import SignIn

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("notifications/", include("sample_site.notices.urls")),
    path("subclassing/", include("sample_site.subclassing.urls")),
    path("gallery/", include("sample_site.gallery.urls")),
    path("large-lists/", include("sample_site.archive.urls")),
    path("office/", include("sample_site.office.urls")),
    path("", include("sample_site.desk.urls")),
]

if not settings.DEBUG:
    # A demo has no web server in front of it that would hand out static files. A real site has one, or WhiteNoise.
    urlpatterns.append(path("static/<path:path>", serve, {"insecure": True}))
