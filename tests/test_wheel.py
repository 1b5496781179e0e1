"""What people install: the wheel, in a fresh environment, under a new project, served and used."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.documents import ROOT, Project
from tests.servers import daphne
from tests.stranger import Stranger

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_everything_that_runs(contents):
    package = ROOT / "liveactions"
    kinds = ("*.py", "py.typed", "templates/**/*", "static/**/*")
    files = {path for kind in kinds for path in package.rglob(kind) if path.is_file()}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if not {"js", "__pycache__"} & set(path.relative_to(package).parts)
    }
    assert {"liveactions/py.typed", "liveactions/templatetags/live.py"} <= wanted
    assert any(name.startswith("liveactions/static/") and name.endswith(".js") for name in wanted)
    assert wanted - contents == set()


def test_the_wheel_holds_nothing_else(contents):
    strange = {name for name in contents if not re.match(r"liveactions/|liveactions-[\d.]+\.dist-info/", name)}
    assert strange == set()
    assert [name for name in contents if name.startswith("liveactions/js/") or "__pycache__" in name] == []


def test_the_wheel_tells_pytest_about_the_test_kit(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "liveactions = liveactions.testing.plugin" in archive.read(name).decode()


def environment_with(wheel: Path, folder: Path) -> Path:
    """Make an environment in which there is the wheel and what it depends on, nothing else; its Python.

    Our own pip does that: one in there would have to be installed first, and compile what nobody imports.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--target", packages]
    pip = [sys.executable, "-m", "pip", "install", *options, str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return python


def test_a_project_on_the_installed_wheel_serves_a_live_page(wheel, tmp_path):
    """A fresh environment, the three steps, ``manage.py check``, daphne: the page, its client, and a call."""
    python = environment_with(wheel, tmp_path / "venv")

    project = Project(tmp_path / "project", python, package=None)
    project.create()
    project.follow(ROOT / "README.md")
    assert "no issues" in project.run("manage.py", "check")
    assert str(tmp_path / "venv") in project.run("-c", "import liveactions; print(liveactions.__file__)")

    with daphne("mysite.asgi:application", python=python, cwd=project.folder, env=project.environment()) as site:
        html = urlopen(site.url).read().decode()
        assert "<output>0</output>" in html
        script = re.search(r'<script[^>]* src="([^"]+)"', html)
        assert script is not None, html
        assert b"liveactions.1" in urlopen(site.url + script[1]).read()
        tokens = re.findall(r'live-token="([^"]+)"', html)
        with Stranger(site.url) as page:
            assert page.mount(tokens).refusal is None
            assert page.call(1, "increment").refusal is None
