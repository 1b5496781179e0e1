"""The documents are true: their examples are put into a new Django project, which is then used."""

from __future__ import annotations

import ast
import re
from dataclasses import fields as fields_of_dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from liveactions import Signals
from liveactions.components.registry import snake_case
from liveactions.conf import Conf
from liveactions.results.dicts import INNER, TYPES
from tests.documents import ROOT, Project, blocks_of
from tests.servers import Server
from tests.stranger import Stranger

README = ROOT / "README.md"
TUTORIAL = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
PAGES = sorted([*(ROOT / "docs" / "guides").glob("*.md"), *(ROOT / "docs" / "reference").glob("*.md")])
DOCUMENTS = [README, *(ROOT / name for name in ("ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md")), *TUTORIAL, *PAGES]

WHOLE, TOAST, NOTIFY = 12, 4, 5
"""Words of the protocol (its README, §6)."""


def title(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Project:
    """What a reader of the README has after its last line."""
    made = Project(tmp_path_factory.mktemp("readme"))
    made.create()
    made.follow(README)
    assert "no issues" in made.migrate()
    return made


@pytest.fixture
def project(untouched, tmp_path) -> Project:
    """The same, of one's own."""
    return untouched.copy(tmp_path)


class TestTheReadme:
    def test_a_project_made_by_it_has_no_complaints(self, project):
        assert "no issues" in project.run("manage.py", "check")

    def test_its_page_works_under_daphne(self, project):
        """One GET, the client beside it, and a call over a real WebSocket, by a client of our own making."""
        with runserver(project) as site:
            html = urlopen(site.url).read().decode()
            assert "<output>0</output>" in html
            assert "<output>5</output>" in html
            client = re.search(r'<script[^>]* src="([^"]+)"', html)
            assert client is not None, html
            assert urlopen(site.url + client[1]).status == 200
            counts_and_refuses(site.url, html)

    def test_its_broadcasts_run(self, project):
        project.run_snippets(README)

    def test_its_tests_pass(self, project):
        assert "2 passed" in project.run_tests()


def runserver(project: Project) -> Server:
    command = [str(project.python), "manage.py", "runserver", "--noreload", "127.0.0.1:{port}"]
    return Server(command, env=project.environment(), cwd=project.folder)


def counts_and_refuses(url: str, html: str) -> None:
    roots = [(int(number), token) for number, token in re.findall(r'live-id="(\d+)"[^>]* live-token="([^"]+)"', html)]
    (counter, _), (capped, _) = roots
    with Stranger(url) as page:
        assert page.mount([token for _, token in roots]).refusal is None
        counted = page.call(counter, "increment", {"by": "2"})
        assert counted.refusal is None
        assert "<output>2</output>" in fields(counted.items, WHOLE)[0]
        assert fields(counted.items, TOAST)[0] == "Counted to 2"
        refused = page.call(capped, "increment", {"by": 4})
        assert fields(refused.items, NOTIFY)[0] == "That is the cap."
        assert WHOLE not in refused.words()
        assert page.call(counter, "mount").refusal[0] == "action.unknown"


def fields(items: list[list[object]], word: int) -> list[object]:
    return next(item[2:] for item in items if item[1] == word)


class TestTheTutorial:
    def test_each_chapter_leaves_a_project_that_works(self, tmp_path):
        project = Project(tmp_path)
        project.create()
        for chapter in TUTORIAL:
            project.follow(chapter)
            assert "no issues" in project.migrate(), title(chapter)
            project.run_snippets(chapter)
        assert " passed" in project.run_tests()


@pytest.mark.parametrize("document", PAGES, ids=title)
def test_the_examples_of_a_page_run(document, project):
    project.follow(document)
    assert "no issues" in project.migrate()
    project.run_snippets(document)
    if any(block.path == "shop/tests.py" for block in blocks_of(document)):
        assert " passed" in project.run_tests()


@pytest.mark.parametrize("document", DOCUMENTS, ids=title)
def test_every_link_inside_the_repository_leads_somewhere(document):
    links = re.findall(r"\[[^\]]*\]\((?!https?:)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path in (README, *TUTORIAL, *PAGES)], ids=title)
def test_every_block_says_its_language(document):
    unknown = {block.language for block in blocks_of(document)} - {"python", "django", "html", "js", "css", "console"}
    assert unknown == set()
    fences = document.read_text(encoding="utf-8").count("\n```")
    assert fences == 2 * len(list(blocks_of(document))), "a fence without a language"


CLIENT_SOURCE = ROOT / "liveactions" / "js" / "src"


def words_of(pattern: str, *paths: Path) -> set[str]:
    return {word for path in paths for word in re.findall(pattern, path.read_text(encoding="utf-8"))}


class TestTheReferenceIsComplete:
    client = (ROOT / "docs" / "reference" / "client.md").read_text(encoding="utf-8")
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    results = (ROOT / "docs" / "reference" / "results.md").read_text(encoding="utf-8")

    def test_every_event_of_the_client_is_listed(self):
        events = words_of(r'(?:emit|dispatch|tell)\([^"]*"(live:[a-z:]+)"', *CLIENT_SOURCE.rglob("*.ts"))
        events |= words_of(r'^  "(live:[a-z:]+)":', CLIENT_SOURCE / "events.ts")
        assert len(events) > 20
        assert {event for event in events if f"`{event}`" not in self.client} == set()

    def test_every_custom_property_is_listed(self):
        palette, _, _ = (CLIENT_SOURCE / "liveactions.css").read_text(encoding="utf-8").partition("---- behaviour")
        properties = set(re.findall(r"(--live-[a-z-]+):", palette))
        assert len(properties) > 10
        assert {name for name in properties if f"`{name}`" not in self.client} == set()

    def test_every_setting_is_listed(self):
        names = {field.name.upper() for field in fields_of_dataclass(Conf)}
        assert {name for name in names if f"`{name}`" not in self.settings} == set()

    def test_every_check_is_listed(self):
        numbers = words_of(r'(?:error|warning)\(\s*"([EW]\d+)"', ROOT / "liveactions" / "checks.py")
        assert len(numbers) > 8
        assert {number for number in numbers if f"`liveactions.{number}`" not in self.settings} == set()

    def test_every_result_is_listed_with_its_fields(self):
        for word in {spelling.word for spelling in TYPES.values()} - {Signals}:
            (signature,) = re.findall(rf"\*\*`{word.__name__}\((.*?)\)`", self.results)[:1]
            (function,) = ast.parse(f"def word({signature}): ...").body
            inner = INNER.get(word, frozenset()) - {"path"}  # which is Python's to give, and no dict's
            fields = [field.name for field in fields_of_dataclass(word) if field.name not in inner]
            assert [argument.arg for argument in function.args.args] == fields

    def test_every_type_of_the_dict_door_is_listed(self):
        others = [name for name, spelling in TYPES.items() if name != snake_case(spelling.word.__name__)]
        assert {name for name in others if f"`{name}`" not in self.results} <= {"html", "load_js"}
