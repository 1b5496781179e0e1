"""HTML becomes a PDF, by WeasyPrint. It is imported when the first report is printed, and not before."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from liveactions.contrib.reports.errors import ReportError

if TYPE_CHECKING:
    from liveactions.contrib.reports.report import BaseReport

__all__ = ["INSTALL", "MINIMUM", "Sheet", "is_installed", "print_sheets"]

logger = logging.getLogger("liveactions.reports")

MINIMUM = 68
"""The first WeasyPrint whose fetcher can be replaced by one that never asks the network."""

INSTALL = "pip install 'liveactions[reports]' (and the Pango library: apt-get install libpango-1.0-0 libpangoft2-1.0-0)"

STYLE = """
@page {{ size: {page_size}; margin: {margin};
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #666 }} }}
html {{ font: 10pt/1.4 sans-serif; color: #111 }}
table {{ border-collapse: collapse; width: 100% }}
thead {{ display: table-header-group }}
tr, img {{ break-inside: avoid }}
"""


class Sheet(NamedTuple):
    """One document: its title and its HTML."""

    title: str
    html: str


def is_installed() -> bool:
    return find_spec("weasyprint") is not None


def print_sheets(report: BaseReport, sheets: Sequence[Sheet]) -> bytes:
    """One PDF of all documents; each begins a page and counts its own. Raises ``ReportError``."""
    weasyprint = imported()
    from weasyprint.text.fonts import FontConfiguration

    from liveactions.contrib.reports.fetching import BASE, fetcher

    fonts, fetch = FontConfiguration(), fetcher()
    style = STYLE.format(page_size=report.page_size, margin=report.margin) + report.css
    styles = [weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetch, base_url=BASE)]
    styles += [
        weasyprint.CSS(url=absolute(staticfiles_storage.url(path)), font_config=fonts, url_fetcher=fetch)
        for path in report.stylesheets
    ]
    documents = [
        weasyprint.HTML(string=sheet.html, base_url=BASE, url_fetcher=fetch, media_type="print").render(
            stylesheets=styles, font_config=fonts
        )
        for sheet in sheets
    ]
    first = documents[0]
    whole = first.copy([page for document in documents for page in document.pages])
    if not first.metadata.title:
        first.metadata.title = sheets[0].title
    pdf: bytes = whole.write_pdf()
    return pdf


def absolute(url: str) -> str:
    from urllib.parse import urljoin

    from liveactions.contrib.reports.fetching import BASE

    return urljoin(BASE, url)


def imported() -> Any:
    """The module. Raises ``ReportError`` that says how to install it; the log says what is missing."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: the module is there, Pango is not
        logger.error("WeasyPrint cannot be imported: %s", error)  # noqa: TRY400  # the cause is told, once
        raise ReportError("Reports cannot be printed here: WeasyPrint is missing.", hint=INSTALL) from error
    if int(str(weasyprint.__version__).partition(".")[0]) < MINIMUM:
        raise ReportError(f"WeasyPrint {weasyprint.__version__} is too old for reports.", hint=INSTALL)
    logging.getLogger("weasyprint").setLevel(logging.WARNING if settings.DEBUG else logging.ERROR)
    return weasyprint
