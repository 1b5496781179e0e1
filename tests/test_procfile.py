"""``honcho start`` runs the sample site as a small cluster: web processes on ports of their own, Redis, a worker."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.documents import ROOT
from tests.processes import changed, run
from tests.servers import Server, answers, free_port

pytestmark = [pytest.mark.redis, pytest.mark.slow]

BIN = Path(sys.executable).parent


@pytest.fixture
def cluster(tmp_path):
    """Two web processes on a database of their own, not yet started."""
    env = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "DESK_DATABASE": str(tmp_path / "desk.sqlite3"),
        "REDIS_PORT": str(free_port()),
        "REDIS_URL": None,
        "DJANGO_SETTINGS_MODULE": None,
        "PYTHONPATH": str(ROOT),
    }
    migrate = [sys.executable, "sample_site/manage.py", "migrate", "--verbosity", "0"]
    run(migrate, cwd=ROOT, env=changed(env), check=True)
    return Server([str(BIN / "honcho"), "start", "-p", "{port}", "-c", "web=2"], env=env, cwd=ROOT)


def test_the_cluster_serves_on_every_port_and_stops_as_one(cluster):
    webs, store = [cluster.port, cluster.port + 1], int(cluster.env["REDIS_PORT"])
    with cluster:
        for port in (*webs, store):
            cluster.wait_until_it_answers(port)
        for port in webs:
            assert urlopen(f"http://127.0.0.1:{port}/sign-in/").status == 200
        cluster.wait_until_it_prints("Watching the desk")
    assert [port for port in (*webs, store) if answers(port)] == []
