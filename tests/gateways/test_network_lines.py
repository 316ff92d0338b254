"""The connection that callbacks are posted over: whatever the other side answers, and how it ends."""

import socket
from collections.abc import Iterator

import pytest

from gateways.network.lines import Answer, Line, Torn
from tests.gateways.mouths import Mouth

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def speaking() -> Iterator[object]:
    mouths: list[Mouth] = []

    def make(*answers: tuple[bytes, ...]) -> tuple[Mouth, Line]:
        mouths.append(Mouth(*answers))
        lines.append(Line(mouths[-1].url, 5.0))
        return mouths[-1], lines[-1]

    lines: list[Line] = []
    yield make
    for line in lines:
        line.close()
    for mouth in mouths:
        mouth.close()


def test_a_request_is_one_head_and_one_body(speaking):
    mouth, line = speaking((OK + b"Content-Length: 2\r\n\r\nok",))

    answer = line.post("/hooks/x", b"a=1", {"Content-Type": "text/plain"})

    head = f"POST /hooks/x HTTP/1.1\r\nHost: {mouth.url[7:]}\r\nContent-Length: 3\r\n"
    assert mouth.heard == [f"{head}Content-Type: text/plain\r\n\r\na=1".encode()]
    assert answer == Answer(200, {"content-length": "2"}, b"ok")


@pytest.mark.parametrize(
    ("pieces", "body", "kept"),
    [
        ((OK, b"Content-Length: 5\r\n", b"\r\nab", b"cde"), b"abcde", True),
        ((OK + b"content-length: 0\r\n\r\n",), b"", True),
        ((OK + b"Content-Length: 1\r\nConnection: close\r\n\r\na",), b"a", False),
        (
            (OK + b"Transfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n", b"1\r\nc\r\n0\r\n\r\n"),
            b"abc",
            True,
        ),
        ((OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",), b"", False),
        ((OK + b"X: y\r\n\r\nuntil ", b"the end"), b"until the end", False),
    ],
    ids=["pieces", "empty", "close", "chunks", "trailer", "no length"],
)
def test_an_answer_is_read_to_its_end(speaking, pieces, body, kept):
    _, line = speaking(pieces)

    answer = line.post("/", b"", {})

    assert (answer.status, answer.body, line.kept) == (200, body, kept)


def test_one_line_carries_several_requests(speaking):
    mouth, line = speaking(
        (OK + b"Content-Length: 1\r\n\r\na",),
        (b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n",),
        (OK + b"Content-Length: 1\r\n\r\nc",),
    )

    answers = [line.post(f"/{place}", b"", {}) for place in range(3)]

    assert [(one.status, one.body) for one in answers] == [(200, b"a"), (503, b"b"), (200, b"c")]
    assert [heard.split(b" ")[1] for heard in mouth.heard] == [b"/0", b"/1", b"/2"]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0 hello\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 ok\r\n\r\n",
        OK + b"Content-Length: 9\r\n\r\nshort",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"x" * 70_000,
    ],
    ids=["nothing", "other", "no status", "word", "short", "chunk", "endless"],
)
def test_what_is_no_answer_is_torn(speaking, said):
    _, line = speaking((said,))

    with pytest.raises(Torn):
        line.post("/", b"", {})


def test_a_silent_other_side_is_waited_for_only_so_long():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        line = Line(f"http://127.0.0.1:{deaf.getsockname()[1]}", 0.05)
        with pytest.raises(TimeoutError):
            line.post("/", b"", {})
        line.close()
