"""Requests for the USSD door as no provider sends them, from a seed; and what an authentic form is at least."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote_from_bytes, urlencode

from tests.doors import CODE, OLD_SECRET, SECRET

ACCOUNTS = ("sim", "last", "real")
NEEDED = ("sessionId", "serviceCode", "phoneNumber")
FIELDS = (*NEEDED, "networkCode", "text", "status", "cost", "durationInMillis", "hopsCount")
LIMIT = 32 * 1024  # bytes of a body
METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "post", "", "\x00", "POST ")
PHONES = ("+254711000001", "254711000002", "0711000003", "+251911000001", "+254999000001")
ODD = (
    b"", b"\x00", b"\xff\xfe", b"%", b"%zz", b"%00", b"%ff%fe", b"+", b"\xed\xa0\x80", b"\t", b"\n", b"\r\n",
    "\u202e".encode(), "፩".encode(), "٣".encode(), "😀".encode(), b"a" * 129, b"9" * 5000, b"-1", b"NaN", b"1e999",
    b"{{7*7}}", b"<script>", b"';--", b"../../..", b"|||", b"KES 0.10", b"KES " + b"9" * 400, b"*" * 250,
    b"*384*1234*1#", b"#*#*#*", b"2*#*1", b"**1**", "፪*፩*፩".encode(), "٢*١*١".encode(), "２*１".encode(), b"2\x00*1",
)  # fmt: skip
KEYS = (
    "1",
    "2",
    "3",
    "6",
    "7",
    "8",
    "9",
    "0",
    "00",
    "98",
    "99",
    "",
    "#",
    "help me",
    "፩",
    "\x00",
    "x" * 90,
)
WALKS = (
    "2*1*1*98",
    "2*3",
    "2*7*1*1",
    "2*7*2*1",
    "2*6*is the boat safe*1",
    "1*8",
    "2*1*1",
    "1*3*0*8*99",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the server hands it over; `length` is what the sender says of its body."""

    path: str
    body: bytes
    method: str = "POST"
    query: str = ""
    length: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def knows_a_secret(self) -> bool:
        return self.path.split("/")[3:4] == [SECRET] or OLD_SECRET in self.path

    @property
    def right_path(self) -> bool:
        return self.path in RIGHT

    @property
    def authentic(self) -> bool:
        """Whether it can be a provider's: path, method, size, and the fields no form comes without."""
        raw = self.body or self.query.encode("utf-8", "replace")
        given = {name for name, value in parse_qsl(raw.decode("utf-8", "replace")) if value}
        needed = NEEDED if self.kind == "ussd" else NEEDED[:1]
        known = self.right_path and self.method in ("POST", "GET") and len(self.body) <= LIMIT
        return known and given.issuperset(needed)


RIGHT = frozenset(
    f"/hooks/{account}/{secret}/{kind}"
    for account in ACCOUNTS
    for secret in (SECRET, OLD_SECRET)
    for kind in ("ussd", "ussd-end")
)


def requests(seed: int, many: int) -> Iterator[Request]:
    """The same `many` requests for the same seed."""
    chance = random.Random(seed)
    paths = sorted(RIGHT)
    for _ in range(many):
        body = chance.choice(BODIES)(chance)
        path = chance.choice(paths) if chance.random() < 0.9 else _wrong_path(chance)
        yield _sent(chance, path, body)


def _sent(chance: random.Random, path: str, body: bytes) -> Request:
    roll = chance.random()
    if roll < 0.06:
        return Request(path, body, method=chance.choice(METHODS))
    if roll < 0.10:  # as Kannel calls
        return Request(path, b"", method="GET", query=body.decode("latin-1"))
    if roll < 0.14:  # one that lies about its length
        return Request(path, body, length=chance.choice(("", "0", "5", "-1", "x", "9" * 12, "٣")))
    if roll < 0.20:
        echo = chance.choice(("", "main", "faq-006", "\x00", "é", "a" * 9000, "x|y"))
        return Request(path, body, headers={"at-ussd-hop-metadata": echo})
    return Request(path, body)


def _wrong_path(chance: random.Random) -> str:
    parts = ["", "hooks", chance.choice(ACCOUNTS), SECRET, "ussd"]
    spoilt = chance.randint(2, 4)  # what lies before is for the site to see to
    parts[spoilt] = chance.choice(
        ("", "x", "..", "\x00", "é", SECRET[:-1], "s" * 5000, "ሰላም", "ussd ")
    )
    return (
        "/".join(parts[: chance.randint(1, 5)] if chance.random() < 0.2 else parts)
        + "\u200b"[: chance.randrange(2)]
    )


# --- bodies -----------------------------------------------------------------------------------------


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((1, 7, 60, 400)))


def _separators(chance: random.Random) -> bytes:
    return bytes(chance.choices(b"&=%+*#;\x00", k=chance.choice((3, 40, 700))))


def _huge(chance: random.Random) -> bytes:
    filler = chance.choice((b"x", b"&", b"*", b"%", b"\xff", b"&text=1"))
    return b"sessionId=h&text=" + filler * (
        chance.choice((LIMIT - 40, LIMIT, 70_000)) // len(filler)
    )


def _form(chance: random.Random) -> bytes:
    """What a provider sends: a dial, or a few keys of a session."""
    return urlencode(_fields(chance)).encode()


def _missing(chance: random.Random) -> bytes:
    gone = set(chance.sample(FIELDS, chance.randint(1, 3)))
    return urlencode({k: v for k, v in _fields(chance).items() if k not in gone}).encode()


def _repeated(chance: random.Random) -> bytes:
    """Fields twice and more, in any order, some with another value."""
    pairs = [*_fields(chance).items(), *_fields(chance).items()] * chance.choice((1, 1, 20))
    chance.shuffle(pairs)
    return urlencode(pairs).encode()


def _odd_values(chance: random.Random) -> bytes:
    """A form with one or two values that no form has, escaped or raw."""
    parts = {
        name.encode(): quote_from_bytes(v.encode()).encode() for name, v in _fields(chance).items()
    }
    for name in chance.sample(FIELDS, chance.choice((1, 1, 2))):
        odd = chance.choice(ODD)
        parts[name.encode()] = odd if chance.random() < 0.5 else quote_from_bytes(odd).encode()
    return b"&".join(name + b"=" + value for name, value in parts.items())


def _spoilt(chance: random.Random) -> bytes:
    """A form in which some bytes were changed on the way."""
    body = bytearray(_form(chance))
    for _ in range(chance.randint(1, 6)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(body[: chance.randint(1, len(body))] if chance.random() < 0.3 else body)


def _multipart(chance: random.Random) -> bytes:
    """The same fields as a browser sends files: no provider does."""
    mark = chance.choice(("----x", "", "=&="))
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"--{mark}\r\n{head.format(k)}\r\n\r\n{v}\r\n" for k, v in _fields(chance).items()]
    return "".join([*parts, f"--{mark}--\r\n"]).encode()


def _other_letters(chance: random.Random) -> bytes:
    """A form in another encoding, its values escaped or not."""
    fields = {**_fields(chance), "text": chance.choice(("2*ሰላም", "2*1", "é", "سلام*1"))}
    coding = chance.choice(("utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "latin-1"))
    if chance.random() < 0.5:
        return urlencode(fields, encoding=coding, errors="replace").encode()
    return "&".join(f"{k}={v}" for k, v in fields.items()).encode(coding, "replace")


def _large_names(chance: random.Random) -> bytes:
    """Names of fields as long as a body, or as many as fit, with a sound form before or behind them."""
    name = chance.choice(("a", "sessionId", "%61", "text[", "\x00", "ሀ"))
    odd = chance.choice(
        (name * 2000, "&".join(f"{name}{n}=1" for n in range(1500)), f"{name}=" * 3000)
    )
    pieces = [_form(chance), odd.encode()]
    chance.shuffle(pieces)
    return b"&".join(pieces)


def _fields(chance: random.Random) -> dict[str, str]:
    """Few sessions and numbers, so that some meet: retries, changed numbers, hops out of order."""
    session = chance.randrange(25)
    phone = PHONES[session % len(PHONES)] if chance.random() < 0.9 else chance.choice(PHONES)
    roll = chance.random()
    text = chance.choice(WALKS) if roll < 0.4 else chance.choice(("2", "1", "1", "3", ""))
    if roll > 0.7:
        text = "*".join(chance.choices(KEYS, k=chance.randrange(6)))
    return {
        "sessionId": f"ATUid_{session}",
        "serviceCode": chance.choice((*(CODE,) * 8, "*1#", "384")),
        "phoneNumber": phone,
        "networkCode": chance.choice(("63902", "63601", "", "99999")),
        "text": text,
        "status": chance.choice(("Success", "Failed", "Incomplete")),
        "cost": chance.choice(("KES 0.10", "")),
        "durationInMillis": "1234",
        "hopsCount": "3",
    }


BODIES: tuple[Callable[[random.Random], bytes], ...] = (
    *(_noise, _separators, _form, _form, _missing, _repeated, _odd_values, _odd_values, _spoilt),
    *(_multipart, _other_letters, _large_names, _form),
    lambda chance: _huge(chance) if chance.random() < 0.2 else _odd_values(chance),
)
