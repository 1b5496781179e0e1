"""``manage.py check`` says what would fail when the first report is printed."""

from __future__ import annotations

from liveactions.contrib.reports import BaseReport, checks, register


def found():
    return [(message.id, message.msg) for message in checks.check_reports()]


def test_a_site_that_is_set_up_well_has_no_complaints():
    register("tests.fine")(type("Fine", (BaseReport,), {"template_name": "papers/list.html"}))
    assert found() == []


def test_a_missing_weasyprint_is_an_error(monkeypatch):
    monkeypatch.setattr(checks, "is_installed", lambda: False)
    (message,) = checks.check_reports()
    assert message.id == "live_reports.E001"
    assert "pip install" in message.hint


def test_a_template_that_is_missing_or_wrong_is_an_error(tmp_path, settings):
    (tmp_path / "wrong.html").write_text("{% nonsense %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    register("tests.lost")(type("Lost", (BaseReport,), {"template_name": "nowhere.html"}))
    register("tests.wrong")(type("Wrong", (BaseReport,), {"template_name": "wrong.html"}))
    (lost, lost_text), (wrong, wrong_text) = found()
    assert lost == wrong == "live_reports.E002"
    assert "does not exist" in lost_text
    assert "nonsense" in wrong_text
