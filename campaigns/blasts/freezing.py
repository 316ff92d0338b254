"""The audience becomes deliveries, once: each person in one chunk, or left out for one reason.

It goes in slices of persons, each one transaction that also stores how far it came, so that it can be killed
and taken up again at any point. Each slice must balance: whom the filters chose = people + left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from campaigns.blasts import audiences, budget, holdout, routes, ways
from campaigns.models.blasts import Blast, BlastText
from gateways.base import Gateway
from people import consent

SLICE = (
    50_000  # persons a transaction: about half a second, and an interrupted freeze loses no more
)

UPTO = """
SELECT max(id) FROM (SELECT id FROM people_person WHERE id > %s ORDER BY id LIMIT %s) AS slice
"""
NEXT_CHUNK = "nextval(pg_get_serial_sequence('campaigns_chunk', 'id'))"
# One slice, in order of token, so that the unique index is walked once instead of hit at random. Chunk ids
# are drawn first and dealt out by rank, which needs no join back to the chunks.
# Rows come back: (reason, 0, "", "", "", people) of who is left out; ("", way, country, language, network, people)
# of who is in; and ("chosen", -1, "", "", "", people), counted apart from both.
FREEZE = """
WITH capped AS MATERIALIZED ({capped}),
exact AS (SELECT * FROM unnest(%(text_countries)s::text[], %(text_languages)s::text[]) AS e(country, language)),
standby AS (SELECT * FROM unnest(%(standby_countries)s::text[], %(standby_languages)s::text[]) AS f(country, language)),
{ways}
candidate AS MATERIALIZED (
    SELECT p.token, p.country, p.network, {picked}
        COALESCE(exact.language, standby.language) AS language,
        CASE WHEN ({refusal}) <> '' THEN ({refusal})
        WHEN p.country <> ALL(%(coded)s) THEN 'no-opt-out'
        WHEN p.country <> ALL(%(priced)s) THEN 'no-price'
        {nowhere}
        WHEN standby.language IS NULL THEN 'no-text'
        WHEN EXISTS (SELECT 1 FROM capped WHERE capped.token = p.token) THEN 'frequency'
        {drawn}
        ELSE '' END AS reason
    FROM people_person p
    LEFT JOIN exact ON exact.country = p.country AND exact.language = p.language
    LEFT JOIN standby ON standby.country = p.country {look_up}
    WHERE p.id > %(after)s AND p.id <= %(upto)s AND {known} AND {chosen}
),
{held}
numbered AS (
    SELECT token, country, language, network, {way}
        (row_number() OVER (PARTITION BY {way} country, language ORDER BY token) - 1) / %(size)s AS ordinal
    FROM candidate WHERE reason = ''
),
ids AS MATERIALIZED (
    SELECT array_agg({next_chunk}) AS list FROM generate_series(1, %(most_chunks)s)
),
taken AS MATERIALIZED (
    SELECT token, country, language, network, {way}
        (SELECT list FROM ids)[dense_rank() OVER (ORDER BY {way} country, language, ordinal)] AS chunk
    FROM numbered
),
groups AS MATERIALIZED (
    SELECT chunk, {way} country, language, count(*) AS people FROM taken GROUP BY chunk, {way} country, language
),
chunks AS (
    INSERT INTO campaigns_chunk (id, blast_id, country, language, gateway, sender, onward, people, state,
        owner, attempt, asked, accepted, cost, unsettled, targeted, reason)
    SELECT chunk, %(blast)s, country, language, (%(gateways)s::text[])[{number}], (%(senders)s::text[])[{number}],
        string_to_array((%(onward)s::text[])[{number}], ' '), people, 'waiting', '', 0, 0, 0, 0, false, false, ''
    FROM groups ORDER BY chunk
),
deliveries AS (
    INSERT INTO campaigns_delivery (blast_id, chunk_id, token, country, language, network, state, reason)
    SELECT %(blast)s, chunk, token, country, language, network, 0, '' FROM taken
    {conflict}
)
SELECT reason, 0, '', '', '', count(*) FROM candidate WHERE reason <> '' GROUP BY reason
UNION ALL SELECT '', {number}, country, language, network, count(*) FROM taken GROUP BY {way} country, language, network
UNION ALL SELECT 'chosen', -1, '', '', '', count(*) FROM candidate
"""
Row = tuple[str, int, str, str, str, int]


class Unbalanced(AssertionError):  # noqa: N818 - named for what it is
    """Somebody whom the audience means is neither among the people nor left out: nothing is kept."""


# How a slice is asked. Nobody is frozen yet in a slice that is passed the first time, and looking for that at
# each row costs a third; somebody erased and taken in again meanwhile meets the unique key: then with care.
PLAIN = {"known": "true", "conflict": ""}
CAREFUL = {
    "known": "NOT EXISTS (SELECT 1 FROM campaigns_delivery d WHERE d.token = p.token AND d.blast_id = %(blast)s)",
    "conflict": "ON CONFLICT DO NOTHING",
}


# Without a hold-out the lot costs nothing. It is drawn last, among those who would get the message.
NOBODY = {"drawn": "", "held": ""}
BY_LOT = {
    "drawn": f"WHEN {holdout.DRAWN} THEN '{holdout.REASON}'",
    "held": f"held AS ({holdout.RECORD}),",
}


# One way for everybody is the usual plan, and costs nothing; else each person's is looked up by network.
ONE_WAY = dict.fromkeys(("ways", "picked", "nowhere", "way", "look_up"), "") | {"number": "1"}
BY_NETWORK = {
    "ways": """
ways AS (SELECT * FROM unnest(%(way_countries)s::text[], %(way_networks)s::text[], %(way_numbers)s::int[])
    AS w(country, network, number)),""",
    "picked": "COALESCE(named.number, others.number, -1) AS way,",
    "nowhere": "WHEN COALESCE(named.number, others.number, -1) < 0 THEN 'no-route'",
    "way": "way,",
    "number": "way",
    "look_up": f"""
    LEFT JOIN ways named ON named.country = p.country AND named.network = p.network
    LEFT JOIN ways others ON others.country = p.country AND others.network = '{ways.OTHERS}'""",
}


def freeze(blast: Blast) -> None:
    """Freeze the whole audience as of its plan; takes up where an interrupted freeze ended. Safe to call again."""
    texts, order = list(blast.texts.all()), routes.of(blast)
    chart = ways.chart(order, budget.prices(order, blast.countries, blast.planned_at))
    values = {**_freeze_values(blast, texts, order), **_way_values(chart, len(texts), order)}
    look = {**(ONE_WAY if chart.plain else BY_NETWORK), **(BY_LOT if blast.holdout else NOBODY)}
    while _freeze_slice(blast, values, texts, look):
        pass
    blast.refresh_from_db()


def _statement(way: Mapping[str, str]) -> str:
    return FREEZE.format(
        capped=audiences.SENT_SINCE,
        refusal=consent.refusal("p"),
        chosen=audiences.CHOSEN,
        next_chunk=NEXT_CHUNK,
        **way,
    )


def _freeze_values(
    blast: Blast, texts: list[BlastText], order: Sequence[Gateway]
) -> dict[str, Any]:
    standby = {
        text.country: text.language for text in reversed(texts)
    }  # the menu's first that has a text
    tariffs = budget.tariffs(order, blast.countries, blast.planned_at)
    return {
        **audiences.values(blast.audience, at=blast.planned_at),
        "blast": blast.pk,
        "cap": blast.cap,
        "holdout": blast.holdout,
        "holdout_seed": blast.holdout_seed,
        "since": (blast.due_at or blast.planned_at) - timedelta(days=blast.cap_days),
        "text_countries": [text.country for text in texts],
        "text_languages": [text.language for text in texts],
        "standby_countries": list(standby),
        "standby_languages": list(standby.values()),
        "coded": [c for c in blast.countries if routes.opt_out_code(order, c)],
        "priced": list(tariffs),
    }


def _way_values(chart: ways.Map, texts: int, order: Sequence[Gateway]) -> dict[str, Any]:
    """Ways by number, from 1 as PostgreSQL counts; -1: none serves. A chunk fits the smallest gateway."""
    distinct, known = chart.distinct, chart.ways
    senders = {gateway.name: gateway.sender for gateway in order}
    size = min(gateway.batch for gateway in order)
    return {
        "size": size,
        "most_chunks": SLICE // size
        + texts * len(distinct)
        + 1,  # each text's last one may be short
        "gateways": [way[0] for way in distinct],
        "senders": [senders[way[0]] for way in distinct],
        "onward": [" ".join(way[1:]) for way in distinct],
        "way_countries": [country for country, _network in known],
        "way_networks": [network for _country, network in known],
        "way_numbers": [distinct.index(way) + 1 if way else -1 for way in known.values()],
    }


def _freeze_slice(
    blast: Blast, values: dict[str, Any], texts: list[BlastText], look: Mapping[str, str]
) -> bool:
    """One slice; False when nothing was left."""
    try:
        return _freeze_once(blast, values, texts, _statement({**PLAIN, **look}))
    except IntegrityError:
        return _freeze_once(blast, values, texts, _statement({**CAREFUL, **look}))


def _freeze_once(
    blast: Blast, values: dict[str, Any], texts: list[BlastText], statement: str
) -> bool:
    """One slice and how far it came, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        held = Blast.objects.select_for_update().get(pk=blast.pk)
        cursor.execute("SET LOCAL work_mem = '64MB'")  # a slice is sorted in memory
        cursor.execute(UPTO, [held.frozen_to, SLICE])
        (upto,) = cursor.fetchone()
        if upto is None or held.frozen_at is not None:
            Blast.objects.filter(pk=blast.pk, frozen_at=None).update(frozen_at=Now())
            return False
        cursor.execute(statement, {**values, "after": held.frozen_to, "upto": upto})
        _add_up(held, cursor.fetchall(), texts, values["gateways"])
        held.frozen_to = upto
        held.save(update_fields=["frozen_to", *SUMS])
    return True


SUMS = ("chosen", "people", "parts", "reserved", "excluded", "spread")


def _add_up(blast: Blast, rows: list[Row], texts: list[BlastText], gateways: Sequence[str]) -> None:
    """Add one slice's people, parts and highest cost to the blast. Raises Unbalanced."""
    known = {(text.country, text.language): text for text in texts}
    excluded, spread = Counter(blast.excluded), Counter(spread_of(blast))
    for reason, way, country, language, network, people in rows:
        if way < 0:
            blast.chosen += people
        elif reason:
            excluded[reason] += people
        else:
            text = known[country, language]
            blast.people += people
            blast.parts += people * text.parts
            blast.reserved += people * text.each
            spread[gateways[way - 1], country, language, network] += people
    blast.excluded = dict(excluded)
    blast.spread = [[*group, people] for group, people in sorted(spread.items())]
    if left := blast.chosen - blast.people - excluded.total():
        raise Unbalanced(f"Blast {blast.pk}: {left} people are neither in nor left out.")


def spread_of(blast: Blast) -> dict[tuple[str, str, str, str], int]:
    """(gateway, country, language, network) -> people, as frozen so far."""
    return {tuple(group): people for *group, people in blast.spread}


def unfinished() -> list[Blast]:
    """Planned blasts whose freeze was interrupted: the next tick takes them up."""
    return list(Blast.objects.filter(state=Blast.State.PLANNED, frozen_at=None))
