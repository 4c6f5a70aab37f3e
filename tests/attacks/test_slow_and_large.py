"""Too much, too slow, too long: a real server on the loopback, and senders who want to hold it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from service.web import bodies, listening
from service.web.middleware import LARGEST_BODY, Doorkeeper

Address = tuple[str, int]


async def _reads_everything(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        length = len(await Request(scope, receive).body())
        await PlainTextResponse(str(length))(scope, receive, send)


@pytest.fixture
def served() -> Iterator[Callable[..., Address]]:
    """Start a real server around the doorkeeper: served() gives its address; it ends with the test."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(protocol: type = listening.Impatient) -> Address:
        door = Doorkeeper(_reads_everything, production=False, broken=lambda *_: Response("broken", 500))
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(door, http=protocol, ws="none", lifespan="off", log_level="critical", timeout_keep_alive=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        running.append((server, thread, listener))
        address: Address = listener.getsockname()
        return address

    yield start
    for server, thread, listener in running:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.close()


def _answered(address: Address, sent: bytes, *, patience: float = 10.0) -> bytes:
    """What comes back until the other side hangs up; b"" when it hung up without a word. Fails when it never does."""
    with socket.create_connection(address, timeout=patience) as line:
        line.sendall(sent)
        heard = b""
        try:
            while piece := line.recv(65536):
                heard += piece
        except ConnectionResetError:
            pass
        return heard


def test_a_head_that_never_ends_is_hung_up_on(served: Callable[..., Address], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening.Impatient, "head_seconds", 0.3)
    address = served()
    assert _answered(address, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ") == b""
    assert _answered(address, b"") == b""
    # A second request on the same connection is given no more time than the first.
    first = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
    assert _answered(address, first + b"GET / HTTP/1.1\r\nx: ").startswith(b"HTTP/1.1 200")


def test_the_server_alone_would_wait_for_the_head_for_ever(served: Callable[..., Address]) -> None:
    """The negative control: the same head, and the protocol as the server brings it."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    address = served(HttpToolsProtocol)
    with pytest.raises(TimeoutError):
        _answered(address, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ", patience=1.0)


def test_a_head_without_end_is_not_collected(served: Callable[..., Address]) -> None:
    address = served()
    assert _answered(address, b"GET / HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 40_000) == b""
    assert _answered(address, b"GET /" + b"a" * 200_000) == b""


def test_a_body_that_dribbles_is_let_go(served: Callable[..., Address], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.3)
    address = served()
    heard = _answered(address, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc")
    assert heard.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in heard
    endless = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"
    assert _answered(address, endless).startswith(b"HTTP/1.1 408")


def test_a_slow_body_waits_outside(served: Callable[..., Address]) -> None:
    """Whoever is slow does not keep others waiting, and whoever is slow but keeps the pace is heard to the end."""
    address = served()
    with socket.create_connection(address, timeout=10) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 6\r\n\r\nabc")
        for _each in range(5):
            assert httpx.post(f"http://127.0.0.1:{address[1]}/", content=b"12345").text == "5"
        slow.sendall(b"def")
        assert slow.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("taken", [0, 1, 12_000_000])
def test_more_bytes_give_more_time(taken: int) -> None:
    assert bodies.allowed_seconds(taken) == bodies.PATIENCE_SECONDS + taken / bodies.LEAST_BYTES_A_SECOND


def test_a_large_body_is_not_read_and_not_kept(served: Callable[..., Address]) -> None:
    address = served()
    announced = f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {LARGEST_BODY + 1}\r\n\r\n".encode()
    assert _answered(address, announced).startswith(b"HTTP/1.1 413")
    for nonsense in (b"-1", b"1e9", b"0x10", b"12 12", "١٢".encode()):
        heard = _answered(
            address, b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: " + nonsense + b"\r\n\r\n"
        )
        assert heard[9:12] in (b"400", b"413", b""), nonsense


def test_two_lengths_are_none(served: Callable[..., Address]) -> None:
    """Request smuggling: two lengths, or a length and chunks, are refused by the parser before anything of ours."""
    address = served()
    for head in (b"content-length: 3\r\ncontent-length: 5", b"content-length: 3\r\ntransfer-encoding: chunked"):
        heard = _answered(address, b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + head + b"\r\n\r\nabc")
        assert heard[9:12] == b"400", head


async def test_a_sender_who_hangs_up_is_no_fault() -> None:
    asked = iter([{"type": "http.request", "body": b"abc", "more_body": True}, {"type": "http.disconnect"}])
    said: list[object] = []

    async def receive() -> dict[str, object]:
        return next(asked)

    async def send(message: object) -> None:
        said.append(message)

    door = Doorkeeper(_reads_everything, production=False, broken=lambda *_: Response("broken", 500))
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    await door(scope, receive, send)  # type: ignore[arg-type]
    assert said == []


async def test_what_was_taken_in_comes_out_the_same() -> None:
    pieces = [b"a" * 700_000, b"", b"b" * 700_000, b"c"]

    async def sent() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    door = Doorkeeper(_reads_everything, production=False, broken=lambda *_: Response("broken", 500))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://test") as browser:
        began = time.monotonic()
        assert (await browser.post("/", content=sent())).text == str(sum(map(len, pieces)))
        assert (await browser.post("/", content=b"")).text == "0"
        assert time.monotonic() - began < bodies.PATIENCE_SECONDS
