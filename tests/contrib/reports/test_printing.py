"""WeasyPrint is asked for when a report is printed, and what is missing is said with what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from liveactions.contrib.reports import ReportError, printing


def test_a_site_without_a_printed_report_never_imports_weasyprint():
    script = (
        "import django, sys; from django.conf import settings; "
        "settings.configure(INSTALLED_APPS=['django.contrib.contenttypes', 'django.contrib.auth', "
        "'liveactions', 'liveactions.contrib.reports'], STATIC_URL='/static/'); django.setup(); "
        "sys.exit('weasyprint' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("reason", [ImportError("No module named 'weasyprint'"), OSError("cannot load libpango")])
def test_what_is_missing_is_said_with_what_to_do(monkeypatch, reason, caplog):
    class Finder:
        def find_spec(self, name, *_):
            if name == "weasyprint":
                raise reason

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(ReportError, match=r"pip install 'liveactions\[reports\]'"):
        printing.imported()
    assert str(reason) in caplog.text


def test_one_that_is_too_old_to_be_kept_off_the_network_is_refused(monkeypatch):
    import weasyprint

    monkeypatch.setattr(weasyprint, "__version__", "62.3")
    with pytest.raises(ReportError, match=r"62\.3 is too old"):
        printing.imported()
