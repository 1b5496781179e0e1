"""A forked program is what ``python …`` would be, in its surroundings, output and status; its imports are done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests import preloaded
from tests.preloaded import SHARED, Forked

ENV = {"PATH": os.environ["PATH"], "GREETING": "hello"}


def test_a_program_has_its_own_arguments_environment_and_folder(tmp_path):
    code = "import os, sys; print(__name__, sys.argv, os.environ['GREETING'], len(os.environ), os.getcwd())"
    printed = preloaded.run("-c", code, "one", "two", cwd=tmp_path, env=ENV)
    assert printed == f"__main__ ['-c', 'one', 'two'] hello 2 {tmp_path}\n"


@pytest.mark.parametrize("command", [("-m", "shop.till"), ("-u", "-m", "shop.till"), ("shop/till.py",)])
def test_a_program_is_a_module_or_a_file_and_finds_what_is_beside_it(tmp_path, command):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "till.py").write_text("import sys, beside; print(__name__, sys.argv[1:], beside.WHAT)")
    (tmp_path / "shop" / "beside.py").write_text("WHAT = 'a drawer'")
    printed = preloaded.run(*command, "open", cwd=tmp_path, env={**ENV, "PYTHONPATH": str(tmp_path / "shop")})
    assert printed == "__main__ ['open'] a drawer\n"


def test_what_all_of_them_share_is_there_and_no_settings_are_chosen(tmp_path):
    code = f"import sys; from django.conf import settings; print(settings.configured, {{*{SHARED}}} - {{*sys.modules}})"
    assert preloaded.run("-c", code, cwd=tmp_path, env=ENV) == "False set()\n"


def test_a_program_that_fails_tells_what_it_printed(tmp_path):
    code = "import atexit, sys; atexit.register(print, 'closed'); print('so far'); sys.exit('no further')"
    with pytest.raises(AssertionError, match=r"^so far\nclosed\nno further\n"):
        preloaded.run("-c", code, cwd=tmp_path, env=ENV)


def test_its_status_is_known_when_it_has_ended_and_not_before(tmp_path):
    program = Forked(["-c", "import time; time.sleep(60)"], cwd=tmp_path, env=ENV, log=tmp_path / "log")
    assert program.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        program.wait(0.01)
    assert os.getpgid(program.pid) == os.getsid(program.pid) == program.pid, "it leads a session of its own"
    os.killpg(program.pid, signal.SIGKILL)
    assert program.wait(20) == -signal.SIGKILL
    assert program.returncode == -signal.SIGKILL


def test_only_programs_of_this_python_are_forked(tmp_path):
    log = tmp_path / "log"
    ours = preloaded.begun([sys.executable, "-c", "print('forked')"], cwd=tmp_path, env=ENV, log=log)
    assert isinstance(ours, Forked)
    assert ours.wait(20) == 0
    other = preloaded.begun(["echo", "started"], cwd=tmp_path, env=ENV, log=log)
    assert isinstance(other, subprocess.Popen)
    assert other.wait(20) == 0
    assert log.read_text() == "forked\nstarted\n"
