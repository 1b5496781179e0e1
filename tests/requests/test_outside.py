"""The request where there is no page: in a management command, and in a shell."""

from __future__ import annotations

import io
import os
import sys

import pytest
from django.core.management import BaseCommand, call_command

from liveactions import ActionRequest, Component, InstanceAction, action
from sample_site.desk.models import Customer
from tests.documents import ROOT
from tests.processes import run

SHELL = """
from liveactions import ActionRequest
session = ActionRequest()
session.success("Well done", refresh=True)
session.set_confirm_answer(False)
session.confirm(lambda request: request.success("never"), "Really?", "There is no way back.")
print(session.response["success"], session.response["xcallback"]["buttons"])
print(session.obj2html(None) == "", session.goto_pk(None, "no row"), session.is_interactive)
print([type(result).__name__ for result in session.compile()])
"""


class Cleaner(Component):
    name = "tests.requests.cleaner"
    template = "<p></p>"
    model = Customer

    @action
    def clean(self, request: ActionRequest):
        def really(answered):
            gone = [row.name for row in answered.selected_rows]
            Customer.objects.filter(pk__in=answered.selected_pks).delete()
            answered.success(f"Gone: {', '.join(gone)}", record_deleted=True)

        request.confirm(really, f"Delete {len(request.selected_rows)} customers?")


class Command(BaseCommand):
    """What somebody else's command would be."""

    def add_arguments(self, parser):
        parser.add_argument("--no", action="store_true")

    def handle(self, *, no: bool, **_):
        session = ActionRequest()
        session.set_confirm_answer(not no)
        told = session.run(InstanceAction("tests.requests.cleaner", "clean", *Customer.objects.filter(city="Oslo")))
        self.stdout.write(told["message"])
        session.show(Customer.objects.all(), column_names="name city")


@pytest.mark.parametrize(
    ("flags", "left", "told"),
    [([], ["Al"], "Delete 2 customers?"), (["--no"], ["Al", "Bo", "Cy"], "Delete 2 customers?")],
    ids=["yes", "no"],
)
def test_a_command_runs_an_action_whose_question_answers_itself_and_prints_a_table(
    customers, flags, left, told, capsys
):
    out = io.StringIO()
    call_command(Command(), *flags, stdout=out)
    assert sorted(Customer.objects.values_list("name", flat=True)) == left
    assert out.getvalue().startswith(told)
    table = capsys.readouterr().out
    assert [name for name in ("Al", "Bo", "Cy") if name in table] == left


def test_a_shell_has_everything_that_a_page_has():
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    done = run([sys.executable, "-m", "django", "shell", "-c", SHELL], cwd=ROOT, env=env)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()[-3:]
    assert said == [
        "True [['yes', 'Yes'], ['no', 'No']]",
        "True no row False",
        "['Toast', 'Refresh']",
    ]
