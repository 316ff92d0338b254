"""One kept connection to the product's hooks, as thin as a provider's machine would have it.

`http.client` spends more time on an answer's headers than the product spends on the callback: here an
answer is its status, its body and the headers by their small names, nothing else.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PIECE = 1 << 16
HEAD_LIMIT = 1 << 16  # bytes of headers; more is no answer of a hook


class Torn(OSError):  # noqa: N818 - what happened, not whose error it is
    """The other side closed, or what came is no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """To one address such as http://127.0.0.1:8000; timeout in seconds. Raises OSError."""

    def __init__(self, address: str, timeout: float) -> None:
        place = urlsplit(address)
        secure = place.scheme == "https"
        port = place.port or (443 if secure else 80)
        self._socket = socket.create_connection((place.hostname or "", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            context = ssl.create_default_context()
            self._socket = context.wrap_socket(self._socket, server_hostname=place.hostname)
        self._host = place.netloc.rpartition("@")[2]
        self._held = b""
        self.kept = True  # whether another request may follow

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post one body and wait for its answer. Raises Torn, TimeoutError or another OSError."""
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join((*lines, "\r\n")).encode() + body)
        return self._answer()

    def close(self) -> None:
        self._socket.close()

    def _answer(self) -> Answer:
        status, headers = _head(self._until(b"\r\n\r\n"))
        self.kept = headers.get("connection", "").lower() != "close"
        length = headers.get("content-length", "")
        if length.isdecimal():
            body = self._exactly(int(length))
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            body = self._rest()
        return Answer(status, headers, body)

    def _until(self, mark: bytes) -> bytes:
        """What comes before the mark; what comes behind it is held."""
        while (end := self._held.find(mark)) < 0:
            if len(self._held) > HEAD_LIMIT:
                raise Torn("no end of the headers")
            self._held += self._piece()
        found, self._held = self._held[:end], self._held[end + len(mark) :]
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._held) < size:
            self._held += self._piece()
        found, self._held = self._held[:size], self._held[size:]
        return found

    def _chunks(self) -> bytes:
        """A chunked body. Trailers are not for hooks: one ends the connection."""
        pieces = []
        while size := _size(self._until(b"\r\n")):
            pieces.append(self._exactly(size))
            self._until(b"\r\n")
        self.kept = self.kept and not self._until(b"\r\n")
        return b"".join(pieces)

    def _rest(self) -> bytes:
        """Everything until the other side closes."""
        self.kept = False
        while piece := self._socket.recv(PIECE):
            self._held += piece
        return self._held

    def _piece(self) -> bytes:
        piece = self._socket.recv(PIECE)
        if not piece:
            raise Torn("closed before the answer was whole")
        return piece


def _head(data: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = data.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not words[0].startswith("HTTP/1.") or len(words) < 2 or not words[1].isdecimal():
        raise Torn("no HTTP answer")
    pairs = (line.partition(":") for line in lines)
    return int(words[1]), {name.lower(): value.strip() for name, _, value in pairs}


def _size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError:
        raise Torn("no size of a chunk") from None
