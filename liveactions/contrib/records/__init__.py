"""Records: register a model once, and there are live lists and forms of it.

::

    # shop/records.py
    from liveactions.contrib import records

    @records.register(Order)
    class OrderRecords(records.Records):
        columns = ["number", "customer.name", "total"]
        search = ["number", "customer__name"]

    # urls.py
    path("office/", records.urls())

Every module ``records`` of an installed app is imported at start-up, as Django does with ``admin``.
"""

from typing import Any

from liveactions.contrib.records.changes import acting, changed
from liveactions.contrib.records.detail import RecordDetail
from liveactions.contrib.records.exports import lines, workbook
from liveactions.contrib.records.listing import RecordList
from liveactions.contrib.records.options import Records, bulk, column
from liveactions.contrib.records.registry import find, of, register, registered, unregister
from liveactions.contrib.records.routes import NAMESPACE, url_of

__all__ = [
    "RecordDetail",
    "RecordList",
    "Records",
    "acting",
    "bulk",
    "changed",
    "column",
    "find",
    "lines",
    "of",
    "register",
    "registered",
    "unregister",
    "url_of",
    "urls",
    "workbook",
]


def urls() -> tuple[list[Any], str, str]:
    """The pages of all registered models: ``path("office/", records.urls())``."""
    from liveactions.contrib.records.views import patterns

    return patterns, NAMESPACE, NAMESPACE
