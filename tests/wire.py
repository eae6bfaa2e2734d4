"""HTTP by hand, for tests that break its rules."""

import select
import socket
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: str
    body: bytes


class Wire:
    """One client of a server on loopback; connects anew when the server has hung up.

    Args:
        port: Where the server listens.
        patience: Seconds within which each answer must come.
    """

    def __init__(self, port: int, patience: float = 10.0) -> None:
        self._port = port
        self._patience = patience
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer.

        Raises:
            TimeoutError: None came in time.
            ConnectionError: The server hung up without any.
        """
        fresh = self._socket is None
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._patience)
        try:
            self._socket.sendall(request)
            return self._read(is_head=request.startswith(b"HEAD "))
        except ConnectionError:
            self.close()
            if fresh:
                raise
            return self.ask(request)

    def _read(self, *, is_head: bool) -> Answer:
        data = self._read_until(b"", lambda data: b"\r\n\r\n" in data)
        head, _, body = data.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        headers = text.lower()
        _, _, length = headers.partition("content-length: ")
        wanted = 0 if is_head or not length else int(length.split("\r\n")[0])
        body = self._read_until(body, lambda data: len(data) >= wanted)
        if "connection: close" in headers:
            self.close()
        return Answer(int(text.split(" ")[1]), text, body)

    def _read_until(self, data: bytes, done: Callable[[bytes], bool]) -> bytes:
        deadline = time.monotonic() + self._patience
        assert self._socket
        while not done(data):
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionError("the server hung up")
            data += chunk
        return data


def throw(port: int, data: bytes) -> socket.socket:
    """Connect and send bytes, whatever they are; gives the socket."""
    thrown = socket.create_connection(("127.0.0.1", port), 5)
    with suppress(ConnectionError):  # it may be refused before its end
        thrown.sendall(data)
    return thrown


def take(thrown: socket.socket, seconds: float) -> tuple[bytes, bool]:
    """What the server says within `seconds`, and whether it hung up."""
    said = b""
    deadline = time.monotonic() + seconds
    while select.select([thrown], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            chunk = thrown.recv(65536)
        except ConnectionError:
            return said, True
        if not chunk:
            return said, True
        said += chunk
    return said, False


def say(port: int, data: bytes, seconds: float) -> tuple[bytes, bool]:
    """What a server answers to bytes within `seconds`, and whether it hangs up."""
    with throw(port, data) as thrown:
        return take(thrown, seconds)


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request; the length of its body is added."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bridge"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass") + body


def is_harmless(line: str) -> bool:
    """Whether nothing in a line acts on a terminal: no control, no line end, no turned text."""
    return not any(
        unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Cs"}
        or unicodedata.bidirectional(letter) in {"LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI"}
        for letter in line
    )
