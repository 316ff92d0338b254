"""The USSD door under bodies that no provider sends: it answers a screen or a plain refusal, and counts neither noise nor strangers."""

import logging
import time
from collections import Counter
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from analytics.models import Exposure
from campaigns.editions.edition import Edition
from gateways.base import ServiceCode
from gateways.wire import Environ, StartResponse, Wsgi
from journal.models import Dead
from people.turnstile import LIMITED
from tests.doors import CODE, Reply, desk, gateway, journalled, knock
from tests.editions import DANGER, SAFE, edition
from tests.journal.lines import write
from tests.ussd.fuzzing import Request, requests
from ussd import folding
from ussd.hooks import door
from ussd.hop import Desk
from ussd.menu import Asked
from ussd.models import Call

EDITION = edition()
ORDINARY, LONG = 3000, 100_000
SCREEN_MOST = 182  # characters a phone shows, whatever the operator


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    """A cumulative account, one that sends only the last input, and a real one that may show no demonstration."""
    return desk(
        tmp_path,
        gateway(),
        gateway("last", input_mode="last", ucs2_ussd={"63601": True}),
        gateway("real", simulated=False, codes={CODE: ServiceCode(CODE, "ET")}),
        editions=[EDITION],
        ask=lambda _: lambda text, _language: Asked((DANGER, SAFE), danger="help" in text),
        clock=partial(next, count(time.time() - LONG)),  # a second a look: nobody is too quick
    )


def sent(talk: Wsgi, request: Request) -> Reply:
    def spoken(environ: Environ, start_response: StartResponse):
        environ["REQUEST_METHOD"] = request.method
        environ["CONTENT_LENGTH"] = (
            request.length if request.length is not None else environ["CONTENT_LENGTH"]
        )
        return talk(environ, start_response)

    return knock(spoken, request.path, request.body, query=request.query, headers=request.headers)


def judge(request: Request, reply: Reply, *, grown: bool) -> str:
    """What is wrong with an answer; "" where nothing is."""
    if reply.status not in (200, 400, 404, 405, 413):
        return f"status {reply.status}"
    if (reply.status == 200) != grown:
        return f"answered {reply.status} and {'' if grown else 'not '}journalled"
    if reply.status != 200:
        plain = 0 < len(reply.text) < 150 and reply.text.isprintable()
        return "" if plain else f"a refusal of {reply.text!r}"
    if not request.authentic:
        return "taken for a provider's"
    if request.kind == "ussd-end":
        return "" if reply.text == "ok" else f"an end answered {reply.text!r}"
    shown = reply.text.startswith(("CON ", "END ")) and 4 < len(reply.text) <= SCREEN_MOST + 4
    clean = all(text.isprintable() and text.isascii() for text in reply.headers.values())
    return "" if shown and clean else f"no screen: {reply.text!r} {reply.headers}"


def guesses(own: Desk) -> bool:
    """Whether the newest line only says that an address tries many secrets."""
    return bool(journalled(own.journal)[-1]["kind"] == LIMITED)


def fuzz(own: Desk, seed: int, many: int) -> Counter[str]:
    """Answers by status and kind. Fails at the first that is wrong, with what was sent."""
    talk, told = door(own), Counter[str]()
    for number, request in enumerate(requests(seed, many)):
        before = own.journal.size
        reply = sent(talk, request)
        grown = own.journal.size > before and (reply.status == 200 or not guesses(own))
        if wrong := judge(request, reply, grown=grown):
            pytest.fail(f"request {number} of seed {seed}: {wrong}\n{request}")
        told[f"{reply.status} {request.kind}" if reply.status == 200 else str(reply.status)] += 1
    return told


def check_journal(own: Desk, told: Counter[str]) -> None:
    """As many entries as answers; no failure inside; nothing shown where nothing may be."""
    lines = journalled(own.journal)
    kinds = Counter(line["kind"] for line in lines)
    errors = {line["what"] for line in lines if line["kind"] == "error"}
    content = [line for line in lines if line["kind"] == "hop" and line["i"]]

    assert errors <= {"too-long"}
    assert kinds["hop"] + kinds["error"] == told["200 ussd"]
    assert kinds["end"] == told["200 ussd-end"]
    assert kinds["opt-out"] <= sum(line["w"] != "" for line in lines if line["kind"] == "hop")
    assert set(kinds) <= {"hop", "end", "opt-out", "error", LIMITED}
    assert {line["g"] for line in content} == {"sim", "last"}
    assert own.journal.unwritten == 0


def check_spread(told: Counter[str], many: int) -> None:
    """The requests were neither all noise nor all sound, or the run would show little."""
    assert told["200 ussd"] > many / 10
    assert min(told[status] for status in ("400", "404", "405")) > many / 100
    assert told["413"] > many / 1000


def test_few_thousand_random_requests_are_answered_and_only_authentic_forms_journalled(own, caplog):
    with caplog.at_level(logging.WARNING):
        told = fuzz(own, 1, ORDINARY)

    check_spread(told, ORDINARY)
    check_journal(own, told)
    assert caplog.text == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_hundred_thousand_random_requests(own, caplog, seed):
    with caplog.at_level(logging.WARNING):
        told = fuzz(own, seed, LONG // 10)

    check_spread(told, LONG // 10)
    check_journal(own, told)
    assert caplog.text == ""


def fold(hops: list[dict[str, Any]], ends: list[dict[str, Any]]) -> tuple[int, int]:
    """How many hops and ends the workers took from the journal."""
    write("hop", *hops)
    write("end", *ends)

    def find(_: str) -> Edition:
        return EDITION

    return folding.fold_hops(find), folding.fold_ends(find)


@pytest.mark.django_db
def test_what_odd_but_authentic_forms_left_is_folded_and_counts_once(own):
    fuzz(own, 2, ORDINARY // 2)
    lines = journalled(own.journal)
    hops = [line for line in lines if line.pop("kind") == "hop"]
    ends = [line for line in lines if "status" in line]

    folded = fold(hops, ends), Exposure.objects.count()
    again = fold(hops, ends), Exposure.objects.count()

    assert folded == again
    assert folded[0] == (len(hops), len(ends))
    assert Dead.objects.count() == 0
    counted = set(Exposure.objects.values_list("item", flat=True))
    assert {DANGER, SAFE} <= counted <= {"", *(item for one in hops for item in one["i"])}
    assert Call.objects.filter(session__startswith="ATUid_").count() > 20


@pytest.mark.parametrize("seed", range(3))
def test_strangers_leave_no_trace_but_that_they_guess(own, seed):
    """Whatever they send: without a secret nothing of it is written, so nothing can ever count."""
    strangers = [one for one in requests(seed, 1000) if not one.knows_a_secret]

    answers = {sent(door(own), one).status for one in strangers}

    assert answers == {404}
    assert len(strangers) > 20
    assert {line["kind"] for line in journalled(own.journal)} <= {LIMITED}
