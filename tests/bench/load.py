"""A compact load generator: keep-alive connections, one request in flight on each, USSD sessions as
gateways send them. Python and epoll; at about 10 microseconds a request it is never the slower side.

`python -m tests.bench.load PORT[,PORT] PATH SECONDS CONNECTIONS CORE ussd|receipt|four|xml` prints one JSON
object. With several ports the connections go to each in turn, as a proxy would spread them.
"""

import json
import os
import select
import socket
import sys
import time
from collections.abc import Iterator
from itertools import count

STEPS = ("", "1", "1*1", "1*1*1", "1*1*1*98", "1*1*1*98*8")
ROUND = {"KE": "+25471100%04d", "ET": "+25191100%04d"}  # invented numbers, 10 000 each


def bodies(serial: Iterator[int], steps: tuple[str, ...] = STEPS) -> Iterator[bytes]:
    """Hops without end: whole sessions, each of another caller, 20 000 of them in turn."""
    numbers = list(ROUND.values())
    for one in serial:
        phone = (numbers[one % 2] % (one // 2 % 10_000)).replace("+", "%2B")
        session = f"ATUid_{os.getpid():08d}{one:024d}"
        for text in steps:
            written = text.replace("*", "%2A")
            yield (
                f"sessionId={session}&serviceCode=%2A384%2A1234%23&phoneNumber={phone}"
                f"&networkCode=63902&text={written}"
            ).encode()


def receipts(serial: Iterator[int]) -> Iterator[bytes]:
    """Delivery reports without end, each of another message, 20 000 numbers in turn."""
    numbers = list(ROUND.values())
    for one in serial:
        phone = (numbers[one % 2] % (one // 2 % 10_000)).replace("+", "%2B")
        yield (
            f"id=ATXid_{os.getpid():08d}{one:024d}&status=Success&phoneNumber={phone}"
            "&networkCode=63902&retryCount=0"
        ).encode()


def four(serial: Iterator[int]) -> Iterator[bytes]:
    """The same hops, of the four screens that other programs are given too."""
    return bodies(serial, STEPS[:4])


def xml(serial: Iterator[int]) -> Iterator[bytes]:
    """The four screens as gateways ask for them in XML: each hop with its last input only."""
    numbers = list(ROUND.values())
    for one in serial:
        phone = numbers[one % 2] % (one // 2 % 10_000)
        session = f"ATUid_{os.getpid():08d}{one:024d}"
        for text in STEPS[:4]:
            yield (
                f"<ussd><type>{2 if text else 1}</type><msisdn>{phone}</msisdn>"
                f"<sessionid>{session}</sessionid><msg>{text[-1:]}</msg></ussd>"
            ).encode()


STREAMS = {"ussd": bodies, "receipt": receipts, "four": four, "xml": xml}


def request(path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(
    ports: list[int], path: str, seconds: float, connections: int, what: str
) -> dict[str, float]:
    """Answers a second, and how long they took; every answer must be a 200.

    `busy`: the share of one core that this process took.
    """
    poll, serial = select.epoll(), count()
    sockets, streams, began = {}, {}, {}
    for number in range(connections):
        one = socket.create_connection(("127.0.0.1", ports[number % len(ports)]))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[one.fileno()], streams[one.fileno()] = one, STREAMS[what](serial)
        poll.register(one.fileno(), select.EPOLLIN)
    times: list[float] = []
    start, worked = time.perf_counter(), time.process_time()
    for number, one in sockets.items():
        began[number] = time.perf_counter()
        one.sendall(request(path, next(streams[number])))
    end = start + seconds
    while (now := time.perf_counter()) < end:
        for number, _ in poll.poll(1):
            answer = sockets[number].recv(8192)
            if answer.endswith(b"\r\n\r\n"):  # some servers send head and body apart
                answer += sockets[number].recv(8192)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer.decode("utf-8", "replace") or "the door hung up")
            now = time.perf_counter()
            times.append(now - began[number])
            began[number] = now
            sockets[number].sendall(request(path, next(streams[number])))
    spent = time.perf_counter() - start
    poll.close()
    for one in sockets.values():
        one.close()
    return figures(times, spent) | {"busy": round((time.process_time() - worked) / spent, 2)}


def figures(times: list[float], seconds: float) -> dict[str, float]:
    times.sort()
    return {
        "answers": len(times),
        "per_second": round(len(times) / seconds, 1),
        "p50_ms": round(times[len(times) // 2] * 1000, 3),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000, 3),
        "max_ms": round(times[-1] * 1000, 3),
    }


def main(words: list[str]) -> None:
    given, path, seconds, connections, core, what = words
    os.sched_setaffinity(0, {int(core)})
    ports = [int(port) for port in given.split(",")]
    found = run(ports, path, float(seconds), int(connections), what)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
