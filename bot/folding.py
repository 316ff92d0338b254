"""The folds of chat and SMS: what was journalled becomes exposures, questions, cases, wishes and answers.

Counting (D8): an answer shown is `interacted`, a second one in the same conversation `engaged`, the country's
help numbers `completed` and `referred`. A chat without a number is counted apart (`linked` False).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from analytics import ledger
from analytics.ledger import Exposure, Tier
from bot import alarm, meanings, office, windows, wishes
from bot.conversation import marked
from bot.dialogue import turn
from bot.forwarding import dealt_with, named, passed_on
from bot.memory import Memory
from bot.models import Case, Question
from bot.redaction import redacted
from bot.replies import Told
from bot.said import Said, answered
from bot.wording import HELP_ITEM
from campaigns.blasts import erasure, routes
from campaigns.editions.edition import Edition
from campaigns.models.replies import Answer
from campaigns.replies.retention import LOOP
from journal import intake
from journal.intake import Entry
from people import consent, identity
from people.models import AgeBand, Basis

FACTS = UUID("0b0d6a53-52f1-4d63-9a0c-5d7f2f6d1f10")  # namespace of the keys of these exposures
BATCH = 500
LOOP_MOST = 30  # answers to one number within LOOP: more is a machine that answers us

Find = Callable[[bool], Edition]  # simulated -> the edition such a gateway may serve


# --- chats: already answered --------------------------------------------------------------------------


def fold_chats(find: Find, *, limit: int = BATCH, at: datetime | None = None) -> int:
    """Take a batch of chat turns; how many. `at`: a replay's time of recording, None: the database's clock."""
    with intake.take("chat", limit) as entries:
        said = current(one for entry in entries if (one := _chat(entry)) is not None)
        if said:
            keep(said, find(True), recorded=at)
        return len(entries)


def _chat(entry: Entry) -> Said | None:
    body = entry.body
    try:
        return Said(
            entry=entry.id,
            reference=str(body["id"]),
            door=str(body["door"])[:8],
            channel="chat",
            gateway=str(body["g"]),
            token=str(body["t"]),
            linked=bool(body["lk"]),
            number=str(body["num"]),
            country=str(body["c"]),
            network="",
            code="",
            language=str(body["l"]),
            text=str(body["text"]),
            question=_opened(body["q"]),
            items=tuple(map(str, body["i"])),
            before=int(body["d"]),
            decision=str(body["decision"]),
            wish=str(body["w"]),
            rule=str(body["rule"]),
            at=entry.at,
            asked_in=str(body.get("e", "")),
            former=_former(body),
            minor=bool(body.get("m")),
            shared=tuple(map(str, body.get("ln") or ())),
            when=str(body.get("cw", "")),
            word=str(body.get("cx", "")),
            asked=_opened(body.get("pq")),
            address=str(body.get("pa", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        intake.set_aside(entry, f"no chat: {type(error).__name__}")
        return None


def _former(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, body.get("f") or ()))


def current(said: Iterable[Said]) -> list[Said]:
    """The messages under the tokens their people have now, whatever key they were journalled under."""
    told = list(said)
    now = identity.current(one.token for one in told)
    return [
        replace(one, token=now[one.token], former=(one.token, *one.former))
        if one.token in now
        else one
        for one in told
    ]


# --- SMS: answered here -------------------------------------------------------------------------------


def fold_messages(find: Find, memory: Memory, *, limit: int = BATCH) -> int:
    """Take a batch of SMS, answer each once (the answers wait in their table), keep what they tell; how many."""
    with intake.take("sms", limit) as entries:
        known = dealt_with(entries)
        for entry in entries:
            name = (str(entry.body.get("g")), named(entry))
            if name not in known:
                known.add(name)
                _fold_one(entry, name[1], find, memory)
        return len(entries)


def _fold_one(entry: Entry, reference: str, find: Find, memory: Memory) -> None:
    """An entry that is no message, or that comes through a gateway with nothing to say, is set aside."""
    try:
        if passed_on(entry, reference, memory):
            return
        edition = find(routes.gateway(str(entry.body["g"])).simulated)
        said, text = _reply(entry, reference, edition, memory)
    except routes.NoRoute:
        hear(entry)
        intake.set_aside(entry, "nothing is published for its gateway")
    except (KeyError, TypeError, ValueError) as error:
        intake.set_aside(entry, f"no message: {type(error).__name__}")
    else:
        keep([said], edition)
        _wait(said, said.code, text)


def hear(entry: Entry) -> None:
    """Danger is heard even where nothing can be answered: its rules need no edition."""
    body = entry.body
    try:
        danger = alarm.in_chat(identity.unseal(body["text"], identity.TEXT))
    except (KeyError, ValueError):
        return
    if danger:
        case = Case(
            entry=entry.id,
            door=str(body.get("door") or "sms")[:8],
            gateway=str(body["g"]),
            country=str(body.get("c", ""))[:2],
            language=danger.language,
            rule=str(danger)[:80],
            text=body["text"],
            number=str(body.get("num", "")),
            token=str(body.get("t", "")),
            heard_at=entry.at,
        )
        Case.objects.bulk_create([case], ignore_conflicts=True)


def _reply(entry: Entry, reference: str, edition: Edition, memory: Memory) -> tuple[Said, str]:
    """The turn of one SMS. Raises KeyError, TypeError or ValueError for an entry that is none."""
    body = entry.body
    token, country, gateway = str(body["t"]), str(body["c"]), str(body["g"])
    before = memory.get(token)
    text = identity.unseal(body["text"], identity.TEXT)
    reads = partial(office.reads_in, country, entry.at)
    told = Told(text, country, "", brief=True, reachable=True, reads=reads)
    reply = turn(edition, meanings.of(edition).rank, before, told)
    memory.put(token, reply.state)
    said = Said(
        entry=entry.id,
        reference=reference,
        door="sms",
        channel="sms",
        gateway=gateway,
        token=token,
        linked=True,
        number=str(body["num"]),
        country=country,
        network=str(body["n"]),
        code=str(body["to"]),
        text=str(body["text"]),
        at=entry.at,
        former=_former(body),
        **answered(reply, before),
    )
    return current([said])[0], marked(edition, reply.text)


def _wait(said: Said, sender: str, text: str) -> None:
    """Put the answer into the queue; a number that writes without end is heard but answered no more."""
    lately = Answer.objects.filter(token=said.token, made_at__gt=said.at - LOOP).count()
    looping = lately >= LOOP_MOST
    Answer.objects.create(
        gateway=said.gateway,
        reference=said.reference,
        country=said.country[:2],
        token=said.token,
        number="" if looping else said.number,
        sender=sender,
        text="" if looping else identity.seal(text),
        made_at=said.at,
        state=Answer.State.REFUSED if looping else Answer.State.WAITING,
        reason="too-many" if looping else "",
    )


# --- what is kept of a message ------------------------------------------------------------------------


def keep(said: Sequence[Said], edition: Edition, *, recorded: datetime | None = None) -> None:
    """Exposures, open questions, cases and wishes of these messages; inside the fold's transaction."""
    for one in said:
        _link(one)
    ledger.record(exposures(said, edition), at=recorded)
    Question.objects.bulk_create(
        [_question(one) for one in said if one.question], ignore_conflicts=True
    )
    Case.objects.bulk_create([_case(one) for one in said if one.rule], ignore_conflicts=True)
    for one in said:
        _grant(one)
        _call(one)
        _answer_to_danger(one)
        wishes.follow(one)


def _link(one: Said) -> None:
    """Somebody shared their number in a chat: from now on both are one."""
    if one.shared and one.token:
        shared = identity.current(one.shared).get(one.shared[0], one.shared[0])
        former = {one.token: one.former, shared: tuple(set(one.shared) - {shared})}
        identity.link(one.token, shared, at=one.at, former=former)


def exposures(said: Sequence[Said], edition: Edition) -> Iterator[Exposure]:
    """What the ledger is told. Wishes and menus count nothing."""
    counted = [one for one in said if one.items and one.token]
    if not counted:
        return
    tokens = {one.token: one.former for one in counted if not one.minor}
    subjects = identity.subjects(tokens, at=max(one.at for one in counted), former=tokens)
    numbered = identity.linked(one.token for one in counted if not one.linked)
    for one in counted:
        campaign = routes.campaign_of(one.code, one.country, one.at)
        for item in filter(None, map(edition.items.get, one.items)):
            for tier in _tiers(one, item.id, edition) if item.indicators else ():
                yield Exposure(
                    subject=subjects.get(one.token)
                    or identity.monthly(one.token, one.former, at=one.at),
                    age_band=AgeBand.UNDER_18.value if one.minor else "unknown",
                    tier=tier,
                    indicators=item.indicators,
                    campaign=campaign,
                    country=one.country,
                    channel=one.channel,
                    item=item.id,
                    language=one.language or "unknown",
                    network=one.network,
                    at=one.at,
                    key=_key(one, item.id, tier),
                    gateway=one.gateway,
                    sensitive=item.sensitive,
                    linked=one.linked or one.token in numbered,
                )


def _tiers(one: Said, item: str, edition: Edition) -> Iterator[Tier]:
    yield Tier.INTERACTED
    if one.before:
        yield Tier.ENGAGED
    if item == HELP_ITEM and edition.helps(one.country, one.language):
        yield Tier.COMPLETED
        yield Tier.REFERRED


def _key(one: Said, item: str, tier: Tier) -> UUID:
    """The name of the fact, through the secret key of tokens: items cannot be tried against it."""
    return uuid5(FACTS, identity.fact(f"{one.door}:{one.gateway}|{one.reference}|{item}|{tier}"))


def _question(one: Said) -> Question:
    return Question(
        entry=one.entry,
        door=one.door,
        country=one.country[:2],
        language=one.language[:12],
        text=identity.seal(redacted(one.question)),
        offered=list(one.items),
        asked_at=one.at,
    )


def _case(one: Said) -> Case:
    return Case(
        entry=one.entry,
        door=one.door,
        gateway=one.gateway,
        country=one.country[:2],
        language=one.language[:12],
        rule=one.rule[:80],
        text=one.text,
        number=one.number,
        token=one.token,
        heard_at=one.at,
    )


def _grant(one: Said) -> None:
    """A confirmed START or "forget me", and STOP chosen by a number: the door heard only the word."""
    if one.channel == "sms" and one.wish in ("stop", "forget") and one.number:
        number = identity.unseal(one.number, identity.NUMBER)
        consent.end(number, how="word" if one.wish == "stop" else one.wish, at=one.at)
    elif one.channel == "chat" and one.wish in ("stop", "forget") and one.token:
        # its opt-out may have been folded before the line that linked the two
        how = "word" if one.wish == "stop" else one.wish
        consent.end_linked(one.token, *one.former, how=how, at=one.at)
    if one.wish == "minor":
        consent.drop_minors({one.token, *one.former, *one.shared})
    elif one.wish == "forget":
        erasure.forget(one.token, former=one.former)
    elif one.wish == "start" and one.number:
        ground = consent.Ground(
            basis=Basis.SMS_OPTIN if one.channel == "sms" else Basis.CHAT_OPTIN,
            evidence=f"START and YES, {one.door} {one.reference}",
            at=one.at,
            text_version=f"{one.asked_in} bot.start_ask".strip()[:64],
            language=one.language,
            channel=one.channel,
        )
        consent.begin(identity.unseal(one.number, identity.NUMBER), ground)


def _call(one: Said) -> None:
    """They said when a call is safe, or said STOP: then none is."""
    if one.wish not in ("call", "stop") or not one.token:
        return
    told = windows.Told(one.when or ("never" if one.wish == "stop" else ""), one.word, one.number)
    if not windows.note(one.token, told, at=one.at) and one.wish == "call":
        # their case was closed meanwhile, or its line comes later: what they ask is not lost
        case = _case(replace(one, rule="asked to be called"))
        Case.objects.bulk_create([case], ignore_conflicts=True)
        windows.note(one.token, told, at=one.at)


def _answer_to_danger(one: Said) -> None:
    """What they say goes to their newest case; whoever has it is not kept waiting for it."""
    if one.wish == "danger" and one.token and one.when in Case.Says.values:
        mine = Case.objects.filter(token=one.token).exclude(state=Case.State.CLOSED)
        newest = mine.order_by("-heard_at").values("pk")[:1]
        Case.objects.filter(pk__in=newest).update(says=one.when)


def _opened(sealed: Any) -> str:  # noqa: ANN401 - JSON
    return identity.unseal(sealed, identity.TEXT) if sealed else ""
