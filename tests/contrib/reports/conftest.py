from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from liveactions.contrib.reports import registry
from sample_site.desk.models import Customer


@pytest.fixture(autouse=True)
def own_reports(monkeypatch):
    """A test registers what it likes; the next one knows nothing of it."""
    monkeypatch.setattr(registry, "BY_NAME", {})


@pytest.fixture
def customers(db):
    return [Customer.objects.create(name=name, city=city) for name, city in (("Ada", "Turin"), ("Bo", "Malmö"))]


@pytest.fixture
def clerk(django_user_model, db):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("clerk", password="x")
    user.user_permissions.add(Permission.objects.get(codename="view_customer"))
    return user


@pytest.fixture
def pages_of():
    """The text of each page of a PDF."""

    def read(pdf: bytes) -> list[str]:
        return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]

    return read
