"""A week of demonstration: what people do comes in at the doors, what staff planned goes out, all is folded as of then.

A week is one transaction in which nobody else folds: it is there with everything that follows from it, or not at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction

import bot.folding
import ussd.folding
from analytics.periods import Kind, Period, later, month_of, standard
from campaigns.blasts import receipts, replaying
from campaigns.editions.edition import Edition
from campaigns.models import Blast
from demonstration import calls, chats, seasons
from demonstration.calls import Call
from demonstration.chats import Chat
from demonstration.fates import Network
from demonstration.inhabitants import Inhabitant, write
from demonstration.lot import Lot
from demonstration.phones import Phones
from demonstration.places import PLACES
from demonstration.plans import MARK, Sending
from gateways.base import Gateway
from journal import intake
from people import consent, importing
from people.importing import Order
from people.models import Staff
from ussd import funnel

KINDS = ("chat", "end", "hop", "opt-in", "opt-out", "receipt")
DIALS, WRITES = 0.07, 0.03  # of who may, in a week like any other
ENDS, BLOCKS = 0.0006, 0.0004  # of who is on a list, in a week: by the menu; at the provider
STARTS = 0.002  # of callers who are on none
AWAKE = (7, 21)  # hours of the day, in Nairobi
OFF, DOOR = timedelta(weeks=5), 0.15  # so long, and so many sessions
TRIES = 4  # of a chunk that was not answered for, minutes apart
BASES = ("consent-form", "verbal-consent", "partner-agreement")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts: planner and approver are two, as everywhere."""

    planner: Staff
    approver: Staff


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a replay works with."""

    begins: date
    edition: Edition
    gateway: Gateway
    lot: Lot
    people: Sequence[Inhabitant]
    phones: Phones
    network: Network
    cast: Cast
    folder: Path
    asked: chats.Asked
    late: list[tuple[date, bytes]] = field(default_factory=list)  # what comes with another journal
    sums: dict[str, int] = field(default_factory=dict)

    def note(self, word: str, number: int = 1) -> None:
        self.sums[word] = self.sums.get(word, 0) + number


def run(stage: Stage, week: Period, month: int | None, sendings: Sequence[Sending]) -> None:
    """One week; `month`: of the year, where it begins in this week, else None."""
    with transaction.atomic():
        intake.hold(KINDS)
        before = intake.newest()
        if month is not None:
            _lists(stage, week, month)
        _doors(stage, week)
        _fold(stage, week)
        for sending in sendings:
            _send(stage, sending)
        _receipts(stage, week.end)
        funnel.give_up(at=week.end)
        intake.drop_since(before)


# --- lists of people ----------------------------------------------------------------------------------


def _lists(stage: Stage, week: Period, month: int) -> None:
    """What organisations bring that month: one list a country, each with its ground."""
    for number, country in enumerate(sorted(PLACES)):
        people = [one for one in stage.people if (one.country, one.wave) == (country, month)]
        if people:
            file = stage.folder / "list.csv"
            write(people, file)
            order = Order(
                country,
                BASES[number % len(BASES)],
                f"{MARK}invented people, month {month + 1}",
                by=stage.cast.planner,
            )
            run = importing.import_list(file, order, at=week.begin + timedelta(hours=8))
            stage.note("people", run.added)


# --- what people do -----------------------------------------------------------------------------------


def _doors(stage: Stage, week: Period) -> None:
    """Calls, chats and opt-outs, in order of time."""
    acts = [act for one in stage.people for act in _acts(stage, week, one)]
    for act in sorted(acts, key=lambda act: (act.at, act.who.index)):
        match act:
            case Call():
                calls.make(act, stage.phones, stage.edition, stage.gateway, stage.lot)
                stage.note("calls")
            case Chat():
                chats.make(act, stage.phones, stage.asked, stage.lot)
                stage.note("chats")
            case Block():
                stage.phones.now = act.at.timestamp()
                stage.phones.opt_out(act.who.number)
                stage.note("opt-outs")


@dataclass(frozen=True, slots=True)
class Block:
    """Somebody blocks us at their provider."""

    who: Inhabitant
    at: datetime


def _acts(stage: Stage, week: Period, who: Inhabitant) -> list[Call | Chat | Block]:
    """What one person does in a week; most do nothing."""
    found: list[Call | Chat | Block] = []
    if later(month_of(stage.begins), who.since) > week.starts:
        return found
    ready = seasons.readiness(who.country, week.starts) * PLACES[who.country].asks
    happens = partial(_happens, stage.lot, week, who)
    at = partial(_moment, stage.lot, week, who)
    if who.calls and happens(DIALS * ready, "dials"):
        found.append(Call(who, at("dials")))
    if who.chat and happens(WRITES * ready, "writes"):
        found.append(Chat(who, at("writes")))
    if who.wave is None:
        if who.calls and happens(STARTS, "starts"):
            found.append(Call(who, at("starts"), calls.START))
    elif happens(ENDS, "ends"):
        found.append(Call(who, at("ends"), calls.STOP))
    elif happens(BLOCKS, "blocks"):
        found.append(Block(who, at("blocks")))
    return found


def _happens(lot: Lot, week: Period, who: Inhabitant, chance: float, what: str) -> bool:
    return lot.happens(chance, what, who.index, week.starts)


def _moment(lot: Lot, week: Period, who: Inhabitant, what: str) -> datetime:
    """By day, any day of the week."""
    name = (who.index, week.starts)
    days = lot.whole((week.ends - week.starts).days, what, "day", *name)
    hours = AWAKE[0] + (AWAKE[1] - AWAKE[0]) * lot.share(what, "hour", *name)
    return week.begin + timedelta(days=days, hours=hours)


def arrived(written: bytes, late: list[tuple[date, bytes]], lot: Lot, week: Period) -> bytes:
    """Of what the doors wrote in a week, what comes in it, with what was `late` until now.

    One door's machine is off when a quarter ends: its part of the calls comes weeks later, after the quarter was closed.
    """
    lines = written.splitlines(keepends=True)
    if standard(Kind.QUARTER, week.starts).ends <= week.ends:
        away = [line for line in lines if _of_that_door(lot, line)]
        lines = [line for line in lines if not _of_that_door(lot, line)]
        late.append((week.starts + OFF, b"".join(away)))
    come = [block for due, block in late if due < week.ends]
    late[:] = [one for one in late if one[0] >= week.ends]
    return b"".join((*lines, *come))


def _of_that_door(lot: Lot, line: bytes) -> bool:
    kind, _, body = line.partition(b"\t")
    return kind in {b"hop", b"end"} and lot.happens(DOOR, "door", json.loads(body)["s"])


def _fold(stage: Stage, week: Period) -> None:
    """What the doors wrote, by the folds that the workers run; wishes to end or to begin first."""
    at = week.end
    intake.store(arrived(stage.phones.drain(), stage.late, stage.lot, week))
    consent.fold_opt_outs()
    consent.fold_opt_ins()
    find = {stage.edition.id: stage.edition}.get
    while ussd.folding.fold_hops(find, at=at) == ussd.folding.BATCH:
        pass
    while ussd.folding.fold_ends(find, at=at) == ussd.folding.BATCH:
        pass
    ussd.folding.fold_held(find, at=at, recorded=at)
    while bot.folding.fold_chats(lambda _simulated: stage.edition, at=at) == bot.folding.BATCH:
        pass


# --- what staff sends ---------------------------------------------------------------------------------


def _send(stage: Stage, sending: Sending) -> None:
    """Planned, approved, sent and settled within the hour."""
    cast = stage.cast
    plan = replaying.begin(sending.wish, by=cast.planner, approver=cast.approver, at=sending.at)
    for turn in range(TRIES):
        at = sending.at + turn * timedelta(seconds=replaying.WAIT)
        answers = partial(stage.network.answers, blast=sending.name, at=at)
        replaying.send(plan.blast, answers, at=at)
        replaying.settle(at=at + timedelta(minutes=1))
        if Blast.objects.get(pk=plan.blast).state == Blast.State.DONE:
            break
    stage.note("blasts")
    stage.note("messages", plan.people)


def _receipts(stage: Stage, until: datetime) -> None:
    """Those whose time has come; what they settle is folded too."""
    for one in stage.network.due(until):
        stage.phones.now = one.due.timestamp()
        stage.phones.receipt(one.reference, one.number, one.status, one.reason)
        stage.note("receipts")
    intake.store(stage.phones.drain())
    while receipts.fold_receipts(at=until) == receipts.BATCH:
        pass
    consent.fold_opt_outs()
    replaying.settle(at=until)
    receipts.fold_receipts(at=until)


def by_number(people: Sequence[Inhabitant]) -> Mapping[str, Inhabitant]:
    return {one.number: one for one in people}
