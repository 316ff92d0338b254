"""The recorded callback bodies, and what no provider would send, posted to the running product."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from analytics.ledger import Tier
from bot.hooks import SORRY
from tests.faults.stream_callers import Line, Session, World, nothing_asked, reply
from ussd import exposing
from ussd.menu import Budget, Screen, Start, walk
from ussd.sessions import inputs as cut

FILE = Path(__file__).parent.parent / "payloads" / "africastalking" / "callbacks.json"
CALLBACKS: Final[Mapping[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
PHONE, SESSION = "254711000001", "ATUid_1"  # of the recorded bodies
TO_CONTENT: Final = ("1", "1", "1", "1")  # the first language, and its first content
NO_MORE: Final = "the phone number changed within the session"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was posted, what should have come back, and what did."""

    name: str
    expected: tuple[int, str]
    given: tuple[int, str]


def bodies(kind: str) -> list[tuple[str, str]]:
    """Name and body of the vectors that hold a body, not a description of one."""
    known = [(one["id"], one["body"]) for one in CALLBACKS[kind]]
    return [(name, body) for name, body in known if not body.startswith("(")]


def screen(world: World, inputs: Sequence[str], *, country: str = "KE", ucs2: int = 0) -> Screen:
    return walk(world.edition, Start(None, country, Budget(156, ucs2)), inputs, nothing_asked)


def as_recorded(world: World, line: Line) -> Iterator[Answer]:
    """All recorded hops in their order: one session, in which one of them is somebody else's."""
    session = Session(SESSION, f"+{PHONE}", "KE")
    world.log.sessions.append(session)
    for name, body in bodies("ussd"):
        texts = re.findall(r"text=([^&]*)", body)
        given = texts[0].replace("%2A", "*") if texts else ""
        if PHONE not in body:
            answered = line.post(world.product.hook("ussd"), body.encode())
            yield Answer(f"{name}, in one session", (400, NO_MORE), answered)
            continue
        inputs = cut(given, None)
        shown = screen(world, inputs)
        answered = line.post(world.product.hook("ussd"), body.encode(), (SESSION, len(inputs)))
        session.seen.append((len(inputs), shown))
        yield Answer(f"{name}, in one session", (200, reply(shown)), answered)


def apart(world: World, line: Line) -> Iterator[Answer]:
    """Each recorded hop in a session and from a number of its own, and on from there to content."""
    for place, (name, body) in enumerate(bodies("ussd")):
        own = f"apart-{name}"
        foreign = PHONE not in body
        phone = "+251911000001" if foreign else f"+2547110000{50 + place}"
        mine = body.replace(SESSION, own).replace(PHONE, phone[1:])
        country, ucs2 = ("ET", 66) if foreign else ("KE", 0)
        session = Session(own, phone, country)
        world.log.sessions.append(session)
        before = _opening(name)
        for inputs in (before, *(TO_CONTENT[:n] for n in range(len(TO_CONTENT) + 1))):
            sent = mine if inputs is before else _with(mine, inputs)
            shown = screen(world, inputs, country=country, ucs2=ucs2)
            hop = (own, len(inputs))
            answered = line.post(world.product.hook("ussd"), sent.encode(), hop)
            session.seen.append((len(inputs), shown))
            yield Answer(f"{name}, then {inputs}", (200, reply(shown)), answered)


def _opening(name: str) -> tuple[str, ...]:
    """The inputs of a recorded hop that opens its session: every star parts two."""
    text = re.findall(r"text=([^&]*)", dict(bodies("ussd"))[name])
    words = (
        text[0].replace("%2A", "*").replace("%E1%88%B0%E1%88%8B%E1%88%9D", "ሰላም") if text else ""
    )
    return cut(words, None)


def _with(body: str, inputs: Sequence[str]) -> str:
    """The body with these inputs instead of its own, written as it writes them."""
    star = "*" if "serviceCode=*" in body else "%2A"
    return f"{re.sub(r'&text=[^&]*', '', body)}&text={star.join(inputs)}"


def others(world: World, line: Line) -> Iterator[Answer]:
    """Ends, receipts, messages and opt-outs: taken, whatever they say. Subscriptions are none of ours."""
    kinds = {"ussd_end": "ussd-end", "delivery_report": "receipt", "incoming_sms": "sms"}
    for kind, door in (kinds | {"opt_out": "opt-out"}).items():
        for name, body in bodies(kind):
            own = body.replace(SESSION, f"apart-{name}")
            for again in range(2):
                given = line.post(world.product.hook(door), own.encode())
                yield Answer(f"{name}, time {again + 1}", (200, "ok"), given)
    for name, body in bodies("subscription"):
        given = line.post(world.product.hook("subscription"), body.encode())
        yield Answer(name, (404, "not here"), given)


# --- what no provider would send ----------------------------------------------------------------------

BAD_PHONE: Final = "+254711000090"
HOP: Final = f"sessionId=bad&serviceCode=%2A384%2A1234%23&phoneNumber=%2B{BAD_PHONE[1:]}&text="
MIB: Final = 1 << 20
TOO_LONG: Final = "END This session has become too long. Please dial again."


def bad(world: World, line: Line) -> Iterator[Answer]:
    """Each bad input of the issue, and its like at the other doors."""
    hook, post = world.product.hook, line.post
    not_here, large = (404, "not here"), (413, "too large")
    no_number = (400, "the phone number is not one: letters")
    for kind in ("ussd", "ussd-end", "receipt", "sms", "opt-out", "ask"):
        yield Answer(f"{kind}: unknown gateway", not_here, post(hook(kind, gateway="x"), _b(HOP)))
        yield Answer(f"{kind}: wrong secret", not_here, post(hook(kind, secret="x" * 32), _b(HOP)))
        yield Answer(f"{kind}: 1 MiB", large, post(hook(kind), _b("text=") + b"1" * MIB))
    for field in ("sessionId", "serviceCode", "phoneNumber"):
        body = re.sub(rf"{field}=[^&]*&", "", HOP)
        yield Answer(f"no {field}", (400, f"{field} is missing"), post(hook("ussd"), _b(body)))
    letters = HOP.replace(f"%2B{BAD_PHONE[1:]}", "%2B254ABCDEFGHI")
    yield Answer("number of letters", no_number, post(hook("ussd"), _b(letters)))
    stars = _b(HOP) + b"*" * 10_000
    yield Answer("10 000 stars", (200, TOO_LONG), post(hook("ussd"), stars))
    for kind in ("receipt", "opt-out", "sms"):
        yield Answer(f"{kind} of nothing", (200, "ok"), post(hook(kind), b"text=1"))
    yield Answer("end of nothing", (400, "sessionId is missing"), post(hook("ussd-end"), b"x=1"))
    yield Answer("end of letters", (200, "ok"), post(hook("ussd-end"), _b(letters)))
    odd = {"decision": "unknown", "text": SORRY, "answer_id": "", "choices": [], "language": ""}
    told = (400, json.dumps(odd | {"error": "the body is not JSON"}))
    yield Answer("ask in no JSON", told, post(hook("ask"), b"\xff{"))
    sms = b"from=%2B254ABCDEFGHI&text=STOP&to=21512&id=bad-1"
    yield Answer("sms from letters", (200, "ok"), post(hook("sms"), sms))


def not_utf8(world: World, line: Line) -> Iterator[Answer]:
    """Bytes that are not UTF-8, bare and escaped: a wrong key like any other, in a session of its own."""
    for name, text in (("bare", b"\xff\xfe\x80"), ("escaped", b"%FF%FE%80")):
        session = Session(f"bytes-{name}", f"+25471100009{len(name)}", "KE")
        world.log.sessions.append(session)
        body = HOP.replace("=bad", f"={session.id}").replace(BAD_PHONE[1:], session.phone[1:])
        shown = screen(world, ("\ufffd\ufffd\ufffd",))
        given = line.post(world.product.hook("ussd"), _b(body) + text, (session.id, 1))
        session.seen.append((1, shown))
        yield Answer(f"bytes, {name}", (200, reply(shown)), given)


def _b(text: str) -> bytes:
    return text.encode()


def key_of(name: str) -> UUID:
    """The ledger's key of what the caller of this recorded body came to."""
    return exposing.key("sim", f"apart-{name}", "faq-006", Tier.INTERACTED)
