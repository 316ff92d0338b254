"""The only door into the ledger: `record` writes exposures and, in the same transaction, whom they reach.

Each fact is written once (by its key), in the order given, into the newest open recording day. Writers run
side by side; the day is closed only when none is left that could still write into it (`barrier`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics.models import Tier

__all__ = ["Channel", "Exposure", "Tier", "barrier", "record"]

Channel = Literal["sms", "ussd", "chat"]
ROWS = 10_000  # of one statement: bounds memory, and the work a broken connection throws away


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One fact about one subject and some content.

    `key` names the fact: whoever records it again (a repeated callback, a fold after a crash) gives the
    same key. Of sensitive content the key must not be guessable from the item. `linked` is False for a chat
    identity without a phone number. Blank or "unknown" words are unknown.
    """

    subject: UUID
    tier: Tier
    indicators: tuple[str, ...]
    campaign: str
    country: str  # ISO 3166 alpha-2: of the exposure, else of the number's prefix
    channel: Channel
    item: str
    language: str
    network: str
    at: datetime  # aware; decides the period
    key: UUID
    gateway: str = ""
    sex: str = "unknown"
    age_band: str = "unknown"
    status: str = "unknown"
    district: str = "unknown"
    sensitive: bool = False
    linked: bool = True


def record(exposures: Iterable[Exposure], *, at: datetime | None = None) -> int:
    """Write exposures into the ledger, inside the caller's transaction; how many were new.

    `at` is the time of recording, by default the database's clock. Raises ValueError for a time without
    a zone. A closed day is never written: what would fall into one goes into the first open day.
    """
    source, new = iter(exposures), 0
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        while batch := list(islice(source, ROWS)):
            new += _write(cursor, batch, at)
    return new


def barrier(cursor: CursorWrapper) -> None:
    """Wait until every writer that is at work has ended; hold new ones back until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)


# --- how a batch is written -----------------------------------------------------------------------

LOCK = (0x6E6A6961, 1)  # writers hold it shared, so that a day can be closed behind them
UNKNOWN, NEVER = "unknown", 2**63 - 1  # NEVER: a sequence above all
BLANKED = "\t\t\t\tunknown\tunknown\tunknown\tunknown\n"  # item to district, of sensitive content
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS ledger_stage (
    position integer GENERATED ALWAYS AS IDENTITY, at timestamptz, key uuid, subject uuid,
    linked boolean, sensitive boolean, tier text, indicators text[], campaign text, country text,
    channel text, item text, language text, network text, gateway text, sex text, age_band text,
    status text, district text
) ON COMMIT DELETE ROWS"""

COPY = """
COPY ledger_stage (at, key, subject, linked, sensitive, tier, indicators, campaign, country, channel,
                   item, language, network, gateway, sex, age_band, status, district) FROM STDIN"""

# The recording day is read after the lock is held, so a day that is being closed cannot be met any more;
# a clock that went back cannot lead into a closed day either.
INSERT = """
WITH now AS (
    SELECT coalesce(%(at)s::timestamptz, clock_timestamp()) AS at
), day AS (
    SELECT at, greatest((at AT TIME ZONE 'Africa/Nairobi')::date,
                        (SELECT max(day) + 1 FROM analytics_daylink)) AS day FROM now
), fresh AS (
    INSERT INTO analytics_exposure (
        at, recorded_at, key, subject, recorded_on, linked, sensitive, tier, indicators, campaign,
        country, channel, item, language, network, gateway, sex, age_band, status, district)
    SELECT s.at, day.at, key, subject, day.day, linked, sensitive, tier, indicators, campaign,
           country, channel, item, language, network, gateway, sex, age_band, status, district
    FROM ledger_stage s, day ORDER BY position
    ON CONFLICT (key) DO NOTHING
    RETURNING *
), first AS (
    SELECT DISTINCT ON (subject, indicator, month, tier, campaign, country, channel, linked)
           indicator, date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month, fresh.*
    FROM fresh, unnest(indicators) AS indicator
    ORDER BY subject, indicator, month, tier, campaign, country, channel, linked, sequence
), reached AS (
    INSERT INTO analytics_reach AS old (
        subject, indicator, month, tier, campaign, country, channel, linked,
        sequence, language, network, sex, age_band, status, district)
    SELECT subject, indicator, month, tier, campaign, country, channel, linked,
           sequence, language, network, sex, age_band, status, district
    FROM first WHERE first.sequence < coalesce((
        SELECT known.sequence FROM analytics_reach known
        WHERE known.indicator = first.indicator AND known.month = first.month
          AND known.tier = first.tier AND known.subject = first.subject
          AND known.campaign = first.campaign AND known.country = first.country
          AND known.channel = first.channel AND known.linked = first.linked), %(never)s)
    ON CONFLICT (subject, indicator, month, tier, campaign, country, channel, linked) DO UPDATE
    SET (sequence, language, network, sex, age_band, status, district) = (
        excluded.sequence, excluded.language, excluded.network, excluded.sex, excluded.age_band,
        excluded.status, excluded.district)
    WHERE excluded.sequence < old.sequence
)
SELECT count(*) FROM fresh"""
# The look-up before it spares repeated subjects a row lock each, and as a scalar it always goes by the key.
# DO UPDATE, not DO NOTHING: of two writers at once the one with the lower sequence may come second.


def _write(cursor: CursorWrapper, batch: list[Exposure], at: datetime | None) -> int:
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", LOCK)
    cursor.execute(STAGE)
    cursor.execute("SELECT FROM ledger_stage LIMIT 1")
    if cursor.rowcount:  # an earlier batch of this transaction
        cursor.execute("TRUNCATE ledger_stage")
    with cursor.copy(COPY) as copy:
        copy.write("".join(_lines(batch)))
    cursor.execute(INSERT, {"at": at, "never": NEVER})
    return int(cursor.fetchone()[0])


def _lines(batch: list[Exposure]) -> Iterator[str]:
    for one in batch:
        if one.at.tzinfo is None:
            raise ValueError(f"An exposure needs a time with a zone: {one.at.isoformat()}.")
        yield (
            f"{one.at.astimezone(UTC).isoformat()}\t{one.key}\t{one.subject}\t{one.linked}\t{one.sensitive}\t"
            f"{one.tier}\t{_array(one.indicators)}\t{_word(one.campaign)}\t{_word(one.country)}\t"
            f"{one.channel}\t"
        )
        yield BLANKED if one.sensitive else _details(one)


def _details(one: Exposure) -> str:
    return (
        f"{_word(one.item)}\t{_word(one.language)}\t{_word(one.network)}\t{_word(one.gateway)}\t"
        f"{_word(one.sex or UNKNOWN)}\t{_word(one.age_band or UNKNOWN)}\t{_word(one.status or UNKNOWN)}\t"
        f"{_word(one.district or UNKNOWN)}\n"
    )


@lru_cache(maxsize=20_000)
def _word(text: str) -> str:
    """A word as COPY wants it."""
    return text.translate(ESCAPES)


@lru_cache(maxsize=1_000)
def _array(words: tuple[str, ...]) -> str:
    """An array as COPY wants it; each word once, so that a doubled tag cannot count."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in dict.fromkeys(words))
    return _word("{" + ",".join(f'"{word}"' for word in quoted) + "}")
