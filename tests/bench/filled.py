"""A ledger of N exposures, made by the database itself: minutes, where folding each would take an hour.

The rows are as `analytics.ledger.record` would have written them. Whatever is said of a person depends on the
person alone, so that a plain COUNT(DISTINCT) by sex or district must give what the rule of the first exposure
gives. Whom a row meets is drawn by chance: half of the rows meet half of the people.
"""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.ledger import Exposure, Tier
from analytics.verification import KEY, REST

BEGIN = datetime(2024, 12, 31, 21, tzinfo=UTC)  # new year in Nairobi
SECONDS = 364 * 86400  # of the year, in which the rows lie evenly and in order
TIERS = (Tier.TARGETED, Tier.SENT, Tier.DELIVERED, Tier.INTERACTED, Tier.ENGAGED)
CAMPAIGNS = ("safe-way", "rights", "work-abroad", "always-on")
WORDS = {  # of the n-th person: each word by n's remainder
    "country": ("KE", "ET", "UG", "SO"),
    "language": ("sw", "am", "en", "so", "om"),
    "network": ("63902", "63903", "63601"),
    "sex": ("female", "male", "male", *("unknown",) * 4),
    "age_band": ("18-24", "25-34", "35+", *("unknown",) * 8),
    "status": ("potential migrant", "returnee", *("unknown",) * 11),
    "district": (*(f"district-{n}" for n in range(12)), *("unknown",) * 5),
}
FILL = """
INSERT INTO analytics_exposure (
    at, recorded_at, key, subject, recorded_on, linked, sensitive, tier, indicators, campaign,
    channel, item, gateway, {names})
SELECT at, at, gen_random_uuid(), md5(who::text)::uuid, (at AT TIME ZONE 'Africa/Nairobi')::date,
       true, false, (%(tiers)s::text[])[n %% 5 + 1],
       CASE WHEN who %% 7 = 0 THEN ARRAY['3.3', '2.7'] ELSE ARRAY['3.3'] END,
       (%(campaigns)s::text[])[n / 5 %% 4 + 1], CASE WHEN n %% 5 < 3 THEN 'sms' ELSE 'ussd' END,
       'item-' || n %% 20, 'sim', {words}
FROM (
    SELECT n, %(begin)s::timestamptz + n::float8 / %(rows)s * %(seconds)s * interval '1 second' AS at,
           floor(random() * CASE WHEN n %% 2 = 0 THEN %(people)s / 2 ELSE %(people)s END)::int AS who
    FROM generate_series(0, %(rows)s - 1) AS n OFFSET 0
) AS met ORDER BY n"""
REACH = f"""
INSERT INTO analytics_reach ({KEY}, {REST})
SELECT DISTINCT ON ({KEY}) {KEY}, {REST} FROM (
    SELECT *, date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month FROM analytics_exposure
) AS exposure, unnest(indicators) AS indicator
ORDER BY {KEY}, sequence"""
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('p', 'u') AND pg_get_constraintdef(oid) <> 'PRIMARY KEY (sequence)'"""


def fill(rows: int, people: int) -> None:
    """Write so many exposures of an empty ledger, and whom they reach; keys are built when all is in."""
    params: dict[str, Any] = {name: list(said) for name, said in WORDS.items()}
    params |= {"tiers": list(TIERS), "campaigns": list(CAMPAIGNS), "begin": BEGIN}
    params |= {"rows": rows, "people": people, "seconds": SECONDS}
    words = (f"(%({one})s::text[])[who %% {len(said)} + 1]" for one, said in WORDS.items())
    statement = FILL.format(names=", ".join(WORDS), words=", ".join(words))
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT setseed(0.5)")
        for table, written in (("exposure", statement), ("reach", REACH)):
            _without_keys(f"analytics_{table}", written, params)
        cursor.execute("RESET work_mem; RESET maintenance_work_mem")
        cursor.execute("VACUUM ANALYZE analytics_exposure, analytics_reach")


def _without_keys(table: str, statement: str, params: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [table])
        keys = cursor.fetchall()
        for name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(statement, params if "%(" in statement else None)
        for name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def more(rows: int, people: int, *, first: int = 0, seed: int = 1) -> Iterator[Exposure]:
    """Rows of the year's last day, for the ledger's own door; of people whose numbers begin at `first`."""
    dice = random.Random(seed)
    for n in range(rows):
        who = first + dice.randrange(people)
        yield Exposure(
            subject=UUID(hashlib.md5(str(who).encode(), usedforsecurity=False).hexdigest()),
            tier=TIERS[n % 5],
            indicators=("3.3", "2.7") if who % 7 == 0 else ("3.3",),
            campaign=CAMPAIGNS[n // 5 % 4],
            channel="sms" if n % 5 < 3 else "ussd",
            item=f"item-{n % 20}",
            gateway="sim",
            at=BEGIN + timedelta(seconds=SECONDS + 86400 * n / rows),
            key=UUID(int=dice.getrandbits(128)),
            **said_of(who),
        )


def said_of(who: int) -> dict[str, Any]:
    """All that is said of the n-th person, wherever they are met."""
    return {name: said[who % len(said)] for name, said in WORDS.items()}
