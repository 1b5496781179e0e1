"""Large files leave the real servers only as fast as they are read."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.http.offering import content
from tests.http.sites import SERVERS, with_daphne
from tests.servers import Server

MIB = 1024 * 1024
SIZE = 50 * MIB


@pytest.fixture(params=SERVERS)
def site(request, tmp_path) -> Iterator[Server]:
    with SERVERS[request.param](tmp_path) as server:
        yield server


def asked(site: Server, question: str) -> str:
    return urlopen(f"{site.url}{question}").read().decode()


class SlowReader:
    """A browser behind a narrow line: it takes only what it is told to take."""

    def __init__(self, site: Server, path: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        self.socket.settimeout(60)  # on a busy machine a server may need long for a start
        self.socket.connect(("127.0.0.1", site.port))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        self.file = self.socket.makefile("rb")
        head = iter(lambda: self.file.readline().decode().strip(), "")
        self.status = next(head).split()[1]
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of a process is read from /proc")
def test_a_file_of_50_mb_is_fetched_slowly_with_flat_memory(site):
    assert len(urlopen(site.url + asked(site, f"/offer?{MIB}")).read()) == MIB  # what is loaded once is not growth
    reader = SlowReader(site, asked(site, f"/offer?{SIZE}"))
    begun = used = int(asked(site, "/memory"))
    assert (reader.status, reader.headers["content-length"]) == ("200", str(SIZE))
    for _ in range(100):  # while nobody reads, a server without a bound would have taken the whole file by now
        used = max(used, int(asked(site, "/memory")))
    read = hashlib.sha256()
    for _ in range(SIZE // MIB):
        read.update(reader.file.read(MIB))
        used = max(used, int(asked(site, "/memory")))
    reader.close()
    assert read.hexdigest() == hashlib.sha256(b"".join(content(SIZE))).hexdigest()
    assert used - begun < 8 * MIB


def spooled(folder) -> list[str]:
    return [path.name for path in folder.rglob("*.download")]


def test_a_file_of_our_own_goes_with_its_reader(site, tmp_path):
    reader = SlowReader(site, asked(site, f"/offer?{SIZE}"))
    reader.file.read(MIB)
    assert len(spooled(tmp_path)) == 1
    reader.close()
    site.wait_until(lambda: spooled(tmp_path) == [], "delete the file")


def test_a_connection_is_good_for_the_next_file(site):
    reader = SlowReader(site, asked(site, f"/offer?{MIB}"))
    assert len(reader.file.read(MIB)) == MIB
    second = asked(site, f"/offer?{MIB}")
    reader.socket.sendall(f"GET {second} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert reader.file.readline().split()[1] == b"200"
    reader.close()
    assert "rror" not in site.output()


def test_half_a_file_ends_with_a_broken_connection_and_the_server_goes_on(site, tmp_path):
    reader = SlowReader(site, asked(site, f"/offer?{SIZE}"))
    (path,) = tmp_path.rglob("*.download")
    os.truncate(path, 10 * MIB)
    try:
        read = len(reader.file.read())
    except ConnectionError:
        read = 0
    reader.close()
    assert read < SIZE
    assert "became shorter" in site.output()
    site.wait_until(lambda: spooled(tmp_path) == [], "delete the file")
    assert len(urlopen(site.url + asked(site, f"/offer?{MIB}")).read()) == MIB


def test_with_redis_an_address_works_once_whichever_process_is_asked(redis_url, tmp_path):
    with with_daphne(tmp_path, REDIS_URL=redis_url) as one, with_daphne(tmp_path, REDIS_URL=redis_url) as other:
        address = asked(one, f"/offer?{MIB}")
        assert len(urlopen(other.url + address).read()) == MIB
        for site in (one, other):
            with pytest.raises(HTTPError) as refused:
                urlopen(site.url + address)
            with refused.value as answer:
                assert answer.status == 410
