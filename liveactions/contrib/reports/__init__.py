"""Reports: a Django template becomes a PDF, and a PDF becomes a download. ``pip install 'liveactions[reports]'``.

In an app's ``reports.py``::

    from liveactions.contrib import reports

    @reports.register("shop.invoice")
    class Invoice(reports.BaseReport):
        template_name = "shop/invoice.html"
        model = "shop.Invoice"
        filename = "invoice-{record.number}.pdf"

An action answers with ``Report("shop.invoice", instance_ids=[7])``; code calls ``reports.render("shop.invoice", …)``.
"""

from liveactions.contrib.reports.errors import ReportError
from liveactions.contrib.reports.making import Made, make, render
from liveactions.contrib.reports.registry import find, register, registered
from liveactions.contrib.reports.report import BaseReport

__all__ = ["BaseReport", "Made", "ReportError", "find", "make", "register", "registered", "render"]
