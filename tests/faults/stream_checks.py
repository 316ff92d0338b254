"""What must hold after a stream of life, whatever was killed in it: one function a promise."""

import json
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.html import escape

from analytics.ledger import Tier
from campaigns.models.deliveries import Fate
from tests.faults.stream_callers import Crowd
from tests.faults.stream_judge import Blast, Counted, journalled, ledger_keys
from tests.faults.stream_product import Product
from tests.faults.stream_story import ITEM, Story

IN_FLIGHT = 8  # requests of one sender


def nobody_twice_nobody_lost(story: Story, blast: Blast) -> None:
    sent = Counter(number for number, _ in blast.record)
    unsure = {n for n, (fate, _) in blast.deliveries.items() if fate is Fate.UNSURE}

    assert set(sent.values()) == {1}
    assert set(blast.deliveries) == blast.people
    assert blast.people - set(sent) == blast.stopped | (unsure - set(sent))


def every_delivery_as_the_network_says(story: Story, blast: Blast, *, batch: int) -> None:
    found = {number: fate for number, (fate, _) in blast.deliveries.items()}
    reasons = {n: why for n, (fate, why) in blast.deliveries.items() if fate is Fate.EXCLUDED}
    faults = sum(part in ("bulk", "postgres") for _, part, _ in story.product.kills)

    assert found == blast.expected()
    assert reasons == dict.fromkeys(blast.stopped, "suppressed")
    assert story.unsure_first == len(blast.lost)
    assert len(blast.lost) <= faults * IN_FLIGHT * batch


def report_says_the_same(story: Story, blast: Blast) -> None:
    report = story.product.told("blast", "report", blast.number)
    fates = Counter(blast.expected().values())

    assert report["deliveries"] == {fate.name.lower(): n for fate, n in fates.items()}
    assert report["unsure"] == fates[Fate.UNSURE]
    assert Decimal(str(report["cost"])).quantize(Decimal("0.0001")) == blast.charged
    assert report["state"] == "done"


def every_hop_journalled_once(story: Story) -> None:
    """A hop that was cut off may have been written before its answer was: no more than those may be over."""
    log = story.world.log
    lines, lost = journalled(story.product)
    answered, cut = (
        Counter({hop: n for hop, n in told.items() if hop[0] not in lost})
        for told in (log.answered, log.cut)
    )
    mine = Counter({hop: n for hop, n in lines.items() if hop[0] not in lost})

    assert crowd(story).troubles == []
    assert [one for one in log.wrong if one[0] not in lost] == []
    assert answered - mine == Counter()
    assert mine - answered - cut == Counter()


def dials_answered_without_stores(story: Story) -> None:
    log = story.world.log

    for begin, end in story.outages:
        assert log.failures_between(begin, end) == []
        assert log.answered_between(begin, end) > 0


def every_dialogue_counted_once(story: Story) -> None:
    """Equal, but where a session was lost: its later screens may count, and nothing else may."""
    sure, most = counted(story)
    keys = ledger_keys(story.product, "ussd")

    assert len(keys) == len(set(keys))
    assert sure.keys - set(keys) == set[UUID]()
    assert set(keys) - most.keys == set[UUID]()


FUNNEL = """
    WITH step AS (
        SELECT place, sum(entered - "left" - abandoned) AS here FROM ussd_step GROUP BY place
    ), call AS (
        SELECT place, count(*) AS here FROM ussd_call
        WHERE last_at IS NOT NULL AND ended_at IS NULL AND NOT ends AND NOT given_up GROUP BY place
    )
    SELECT place, coalesce(step.here, 0), coalesce(call.here, 0) FROM step FULL JOIN call USING (place)
    WHERE coalesce(step.here, 0) <> coalesce(call.here, 0)
"""
SCREENS = "SELECT (SELECT sum(entered) FROM ussd_step), (SELECT sum(screens) FROM ussd_call)"


def funnel_adds_up(story: Story) -> None:
    """Every screen entered is left, abandoned, or the one on which an open session stands. Each in one look:
    sessions that went silent are given up in between."""
    ((entered, screens),) = story.product.rows(SCREENS)

    assert story.product.rows(FUNNEL) == []
    assert entered == screens


def counted(story: Story) -> tuple[Counted, Counted]:
    """What must be counted, and what may be: the same, unless a session was lost."""
    _, lost = journalled(story.product)
    sessions = story.world.log.sessions
    sure = Counted(story.world).take(one for one in sessions if one.id not in lost)
    return sure, Counted(story.world).take(sessions)


def chat_answers_and_counts(story: Story) -> None:
    """A turn that was cut off may stand in the journal, under a browser's name that was never kept."""
    chats, edition, written = crowd(story).chats, story.world.edition, turns(story.product)
    answered, cut = sum(len(chat.answered) for chat in chats), sum(chat.cut for chat in chats)

    assert answered <= len(written) <= answered + cut
    assert len(chats) <= len({turn["t"] for turn in written}) <= len(chats) + cut
    assert {turn["i"][0] for turn in written} == {n for chat in chats for n, _ in chat.answered}
    for chat in chats:
        for item, page in chat.answered:
            told = edition.answer(item, "en", "KE")
            assert told is not None
            assert escape(told.text[:30]) in page


def turns(product: Product) -> list[dict[str, Any]]:
    rows = product.rows("SELECT line FROM journal_entry WHERE kind = 'chat'")
    return [json.loads(line) for (line,) in rows]


def indicators_count_every_number_once(story: Story, blast: Blast) -> None:
    sure, most = counted(story)
    for line in indicators(story.product):
        code = line["indicator"]
        least, highest = (numbers(those, blast, code) for those in (sure, most))
        found = {tier.value: line[tier.value] for tier in Tier}
        found["reached"] = line["reached"]["unique"]

        wrong = [one for one, n in found.items() if not least[one] <= n <= highest[one]]
        assert (wrong, found) == ([], found)
        assert line["unlinked"]["unique"] == browsers(story, code)


def numbers(told: Counted, blast: Blast, indicator: str) -> dict[str, int]:
    """How many phone numbers came to each tier, and how many were reached, as sets say."""
    expected = {tier: told.by(indicator, tier) for tier in Tier}
    if indicator in told.world.edition.items[ITEM].indicators:
        expected |= {tier: blast.by(tier) for tier in (Tier.TARGETED, Tier.SENT, Tier.DELIVERED)}
    reached = expected[Tier.DELIVERED] | expected[Tier.INTERACTED]
    return {
        **{tier.value: len(tokens) for tier, tokens in expected.items()},
        "reached": len(reached),
    }


def indicators(product: Product) -> list[dict[str, Any]]:
    today = datetime.now(ZoneInfo("Africa/Nairobi")).date()
    days = ("--from", today - timedelta(days=1), "--to", today + timedelta(days=2))
    lines: list[dict[str, Any]] = product.told("indicators", *days)
    return lines


def browsers(story: Story, indicator: str) -> int:
    """Names of browsers to which something of this indicator was answered."""
    items = story.world.edition.items
    return len(
        {
            turn["t"]
            for turn in turns(story.product)
            if any(indicator in items[item].indicators for item in turn["i"])
        }
    )


def ledger_holds(story: Story) -> None:
    code, out, err = story.product.manage("verify_ledger")

    assert (code, err) == (0, "")
    assert out.startswith("The ledger holds: ")


def crowd(story: Story) -> Crowd:
    assert story.crowd is not None
    return story.crowd
