from __future__ import annotations

import os

from liveactions.contrib import reports


@reports.register("background.list")
class List(reports.BaseReport):
    """Rows, and which process has printed them."""

    template_name = "background/list.html"

    def get_context(self, request, records, data):
        return {"printer": os.getpid()}
