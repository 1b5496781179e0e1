"""Documents that run: the code blocks of a Markdown file, made into a Django project.

A block whose first line is a comment with a path (``# shop/components.py``, ``{# shop/templates/x.html #}``) is that
file; a settings file is added to, every other is written anew. A Python block without a path is run, in the
order of the page, in one namespace, with Django set up. Console blocks are read by people only.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from pathlib import Path

from tests.processes import changed, run

ROOT = Path(__file__).resolve().parent.parent

FENCE = re.compile(r"^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"\A(?:#|//|\{#|<!--)\s*(?P<path>[\w./-]+\.\w+)\s*(?:#\}|-->)?[^\n]*\n")


@dataclass(frozen=True)
class Block:
    """One fenced block; ``line`` is where it stands in its document, ``path`` the file it shows, if any."""

    language: str
    text: str
    line: int
    path: str | None


def blocks_of(document: Path) -> Iterator[Block]:
    """The fenced blocks of a Markdown file, in order."""
    markdown = document.read_text(encoding="utf-8")
    for match in FENCE.finditer(markdown):
        named = PATH.match(match["text"])
        yield Block(
            language=match["language"],
            text=match["text"],
            line=markdown.count("\n", 0, match.start()) + 1,
            path=named["path"] if named else None,
        )


MIGRATE = """
import importlib, os
os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"
from django.core.management import execute_from_command_line
for command in (["makemigrations", "--verbosity", "0"], ["migrate", "--verbosity", "0"], ["check"]):
    importlib.invalidate_caches()
    execute_from_command_line(["manage.py", *command])
"""


END = """
import atexit, os, sys
atexit._run_exitfuncs()
sys.stdout.flush()
os._exit(0)  # Pango has a thread that may still run when Python unloads its library, which is a crash now and then
"""


@dataclass
class Project:
    """A Django project in a folder of its own, made by ``startproject mysite`` and ``startapp shop``.

    ``package`` is where ``liveactions`` is imported from; None: it is installed for ``python``.
    """

    folder: Path
    python: Path | str = sys.executable
    package: Path | None = ROOT

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("-m", "django", "startproject", "mysite", ".")
        self.run("manage.py", "startapp", "shop")

    def copy(self, folder: Path) -> Project:
        """The same in another folder, with its database as it is."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return replace(self, folder=folder)

    def migrate(self) -> str:
        """What its author does after a change: ``makemigrations``, ``migrate``, ``check``; what the last one said."""
        return self.run("-c", MIGRATE)

    def write(self, block: Block) -> None:
        """Put a block with a path where it says."""
        assert block.path is not None
        target = self.folder / block.path
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = target.read_text() + "\n" if target.name == "settings.py" else ""
        target.write_text(kept + block.text)

    def follow(self, document: Path) -> None:
        """Do what the document says, as far as it concerns files."""
        for block in blocks_of(document):
            if block.path is not None:
                self.write(block)

    def run_snippets(self, document: Path) -> None:
        """Run the Python blocks that have no path, in one namespace, as in ``manage.py shell``."""
        snippets = [block for block in blocks_of(document) if block.language == "python" and block.path is None]
        if not snippets:
            return
        script = ["import os, django", "os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'", "django.setup()"]
        # compile() with the document's name and line, so that a failure points into the document
        script += [
            f"exec(compile({chr(10) * block.line + block.text!r}, {str(document)!r}, 'exec'), globals())"
            for block in snippets
        ]
        self.run("-c", "\n".join([*script, END]))

    def run_tests(self) -> str:
        """Run the project's own tests as its author would: with pytest-django and the plugin of the package."""
        options = [
            "--ds=mysite.settings",
            "-o",
            "asyncio_mode=auto",
            "-o",
            "python_files=tests.py",
            "-p",
            "no:randomly",
        ]
        registered = entry_points(group="pytest11", name="liveactions")
        plugin = [] if registered else ["-p", "liveactions.testing.plugin"]
        return self.run("-m", "pytest", "-q", "--rootdir=.", *plugin, *options)

    def run(self, *arguments: str) -> str:
        """Run Python in the project; what it printed. Fails, with everything it printed, if it fails."""
        done = run([str(self.python), *arguments], cwd=self.folder, env=changed(self.environment()))
        printed = done.stdout + done.stderr
        assert done.returncode == 0, f"{' '.join(arguments[:3])} ended with {done.returncode}:\n{printed}"
        return printed

    def environment(self) -> dict[str, str | None]:
        """What differs from the environment of the test run: nothing of its settings is left. None removes."""
        ours = ("DJANGO_SETTINGS_MODULE", "REDIS_URL", *(name for name in os.environ if "PYTEST" in name))
        installed = self.package is None  # then each process would compile all of Django again
        path = None if installed else str(self.package)
        return {**dict.fromkeys(ours), "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": None if installed else "1"}
