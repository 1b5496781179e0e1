"""What is written over the line of a socket arrives as if the server had written it, whatever that does besides."""

from __future__ import annotations

import asyncio
import datetime
import json
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typing_extensions import Self
from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.uri import parse_uri

from tests import servers
from tests.consumers.writer import content

APPLICATION = "tests.consumers.writer:application"


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request) -> Iterator[servers.Server]:
    with getattr(servers, request.param)(APPLICATION) as started:
        started.name = request.param
        yield started


async def test_a_message_of_any_size_arrives_as_it_is(server):
    sizes = [1, 2, 125, 126, 127, 255, 256, 65_535, 65_536, 65_537, 300_000, 1, 125]
    async with connected(server.url) as socket:
        received, by_line = await asked(socket, sizes)
    assert received == contents(sizes)
    if server.name == "daphne":
        assert by_line >= 8, "all short ones, but those behind a long one that has not left yet"


async def test_what_the_server_has_still_to_write_is_not_overtaken(server):
    """Nobody reads until the buffers of the operating system are full, and most of it waits in the server."""
    sizes = [60_000] * 400
    async with connected(server.url, max_queue=1) as socket:
        await socket.send(json.dumps([sizes, False]))
        await asyncio.sleep(0.2)
        received = [await socket.recv() for _ in sizes]
        by_line = json.loads(await socket.recv())
        assert received == contents(sizes)
        assert by_line < len(sizes)
        again, _ = await asked(socket, [5, 6])
    assert again == contents([5, 6])


async def test_pings_of_the_server_stand_between_messages_and_never_in_one():
    with servers.daphne(APPLICATION) as server:
        async with connected(server.url) as socket:
            sizes = [1, 200, 70_000, 30] * 30
            received, by_line = await asked(socket, sizes, pings=True)
    assert received == contents(sizes)
    assert by_line < len(sizes)


async def test_daphne_is_left_to_write_nothing_that_is_short_while_the_page_reads():
    with servers.daphne(APPLICATION) as server:
        async with connected(server.url) as socket:
            for size in (1, 125, 4_000, 65_535):
                received, by_line = await asked(socket, [size])
                assert (size, received, by_line) == (size, contents([size]), 1)


MANY = [1] * 2_000
"""To be asked for these takes six kibibytes, which are read in three portions."""


async def test_what_comes_in_portions_arrives_as_it_was_sent(server):
    async with connected(server.url) as socket:
        received, _ = await asked(socket, MANY)
    assert received == contents(MANY)


async def test_who_goes_is_noticed_though_nobody_asks_what_they_say(server):
    async with connected(server.url) as leaves, connected(server.url) as stays:
        before = int(await said(stays, "who has gone"))
        await leaves.send("listens")
        leaves.transport.abort()
        while int(await said(stays, "who has gone")) == before:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)


async def said(socket: ClientConnection, question: str) -> str:
    await socket.send(question)
    return str(await asyncio.wait_for(socket.recv(), 5))


TLS = {
    "daphne": ("-e", "ssl:{{port}}:interface=127.0.0.1:privateKey={key}:certKey={certificate}"),
    "uvicorn": ("--port", "{{port}}", "--ssl-keyfile", "{key}", "--ssl-certfile", "{certificate}"),
}


@pytest.mark.parametrize("name", TLS)
def test_over_tls_everything_is_read_and_everything_is_written_by_the_server(tmp_path, name):
    certificate, key = certified(tmp_path)
    options = [each.format(key=key, certificate=certificate) for each in TLS[name]]
    with servers.Server([sys.executable, "-m", name, *options, APPLICATION], scheme="https") as server:
        trusting = ssl.create_default_context(cafile=str(certificate))
        with Encrypted(server.port, trusting) as page:
            for sizes in ([1, 200, 70_000, 30], MANY):
                page.send(json.dumps([sizes, False]))
                assert [page.receive() for _ in sizes] == contents(sizes)
                assert json.loads(page.receive()) == 0


class Encrypted:
    """A WebSocket over TLS that one thread reads and writes: two at once is more than OpenSSL takes."""

    def __init__(self, port: int, trusting: ssl.SSLContext) -> None:
        self.protocol = ClientProtocol(parse_uri(f"wss://127.0.0.1:{port}/"), max_size=1 << 24)
        self.came: list[Frame] = []
        self.socket = trusting.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1")

    def __enter__(self) -> Self:
        self.protocol.send_request(self.protocol.connect())
        while self.protocol.state is not State.OPEN:
            self.exchange()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def exchange(self) -> None:
        self.socket.sendall(b"".join(self.protocol.data_to_send()))
        self.protocol.receive_data(self.socket.recv(65_536))
        self.came += [event for event in self.protocol.events_received() if isinstance(event, Frame)]

    def send(self, text: str) -> None:
        self.protocol.send_text(text.encode())
        self.socket.sendall(b"".join(self.protocol.data_to_send()))

    def receive(self) -> bytes:
        while not self.came:
            self.exchange()
        return bytes(self.came.pop(0).data)


@asynccontextmanager
async def connected(url: str, **options):
    address = url.replace("http", "ws", 1) + "/"
    async with connect(address, compression=None, ping_interval=None, max_size=1 << 24, **options) as socket:
        yield socket


async def asked(socket: ClientConnection, sizes: list[int], *, pings: bool = False) -> tuple[list[bytes], int]:
    """The messages, and how many of them the line has taken."""
    await socket.send(json.dumps([sizes, pings]))
    received = [await socket.recv() for _ in sizes]
    return received, json.loads(await socket.recv())


def contents(sizes: list[int]) -> list[bytes]:
    return [content(number, size) for number, size in enumerate(sizes)]


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, which vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    bare = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *bare))
    return folder / "certificate.pem", folder / "key.pem"
