"""A server that says what it is told to, byte by byte, right or wrong."""

import re
import socket
import threading
from contextlib import closing


class Mouth:
    """Says given pieces to each request on one connection, then closes it."""

    def __init__(self, *answers: tuple[bytes, ...]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._speak, args=(answers,), daemon=True)
        self._thread.start()

    def _speak(self, answers: tuple[tuple[bytes, ...], ...]) -> None:
        with self._listener, closing(self._listener.accept()[0]) as one:
            for pieces in answers:
                self.heard.append(_request(one))
                for piece in pieces:
                    one.sendall(piece)

    def close(self) -> None:
        self._thread.join(5)


def _request(one: socket.socket) -> bytes:
    """Head and body, in however many pieces they come."""
    heard = b""
    while piece := one.recv(65536):
        heard += piece
        head, whole, body = heard.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if whole and len(body) >= int(length[1] if length else 0):
            break
    return heard
