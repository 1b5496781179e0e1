"""The pytest plugin, in projects of their own."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent

import pytest

from tests.processes import changed
from tests.processes import run as run_process

ROOT = Path(__file__).resolve().parents[2]

CONFTEST = """
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="x",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "liveactions"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    ALLOWED_HOSTS=["testserver"],
    USE_TZ=True,
)
django.setup()
"""
COUNTER = """
import pytest
from liveactions import Component, action

class Counter(Component):
    template = "<p>{{ count }}</p>"
    count: int = 0

    @action
    def add(self):
        self.count += 1

@pytest.mark.parametrize("start", range(4))
def test_it_counts(live, start):
    page = live.open(Counter, count=start)
    page.call("add")
    assert page.text("p") == str(start + 1)
"""


@pytest.fixture
def project(tmp_path):
    """Runs pytest in a new project with these files, and gives what it printed."""

    def run(*options: str, **files: str) -> str:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(dedent(text))
        plugin = [] if entry_points(group="pytest11", name="liveactions") else ["-p", "liveactions.testing.plugin"]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, *options]
        env = changed({"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "DJANGO_SETTINGS_MODULE": ""})
        done = run_process(command, cwd=tmp_path, env=env)
        return done.stdout + done.stderr

    return run


def test_it_works_without_pytest_django(project):
    assert "4 passed" in project("-p", "no:django", conftest=CONFTEST, test_counter=COUNTER)


def test_it_works_with_xdist(project):
    assert "4 passed" in project("-p", "no:django", "-n", "2", conftest=CONFTEST, test_counter=COUNTER)


def test_a_project_that_does_not_use_it_does_not_notice_it(project):
    told = project(
        "-p",
        "no:django",
        test_nothing="""
        import sys

        def test_nothing_of_it_is_loaded():
            assert "liveactions.testing.plugin" in sys.modules
            assert "liveactions.testing.live" not in sys.modules
            assert "selectolax" not in sys.modules
        """,
    )
    assert "1 passed" in told, told


def test_pages_are_closed_before_the_database_is_put_away(project):
    told = project(
        "-s",
        conftest=CONFTEST.replace(
            "SECRET_KEY",
            'DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, SECRET_KEY',
        ),
        test_order="""
        from django.contrib.auth.models import User
        from liveactions import Component

        class Guest(Component):
            template = "<p>x</p>"

            def unmount(self):
                print("users at the end:", User.objects.count())

        def test_it(live, db):
            User.objects.create(username="ana")
            live.open(Guest)
        """,
    )
    assert "users at the end: 1" in told, told


def test_the_names_of_the_kit_are_loaded_when_they_are_asked_for():
    import liveactions.testing as kit

    for name in kit.__all__:
        assert getattr(kit, name).__name__ == name
    with pytest.raises(AttributeError, match=r"liveactions.testing has no 'Lvie'. It has: Area, "):
        _ = kit.Lvie
