"""Random histories: what the ledger counts is what a plain recount counts, whatever is asked and however it came.

The recount (`Opinion`) knows lists and sets and none of our SQL.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import chain, counting, figures, indicators, ledger, refreshing, verification
from analytics.ledger import Exposure, Tier
from analytics.models import Count, Rule
from analytics.models import Exposure as Row
from analytics.periods import Kind, Period, midnight, standard
from analytics.questions import DETAILS, DIMENSIONS, EVERYTHING, PERSONS, ROUTES, Question
from tests.analytics.ledgers import REACHED, Opinion, many, number

pytestmark = pytest.mark.django_db
FIRST, DAYS = date(2025, 1, 1), 730
END = datetime(2026, 12, 31, 9, tzinfo=UTC)
days = st.integers(0, DAYS - 1).map(lambda n: FIRST + timedelta(days=n))
# near midnights in Nairobi, which is UTC+3, and near the bounds of months
edges = st.builds(
    lambda month, around: midnight(date(2025 + month // 12, month % 12 + 1, 1)) + around,
    st.integers(0, 23),
    st.sampled_from(
        [timedelta(0), timedelta(microseconds=1), timedelta(hours=3), timedelta(days=9)]
    ),
)
moments = st.one_of(days.map(midnight), edges).map(lambda at: at.astimezone(UTC))
histories = st.lists(
    st.builds(
        Exposure,
        subject=st.integers(0, 4).map(number),
        tier=st.sampled_from([*Tier, *REACHED]),
        indicators=st.sampled_from([("3.3",), ("3.3", "2.7"), ("2.7",), ()]),
        campaign=st.sampled_from(["one", "two", "three"]),
        country=st.sampled_from(["KE", "UG", ""]),
        channel=st.sampled_from(["sms", "ussd", "chat"]),
        item=st.sampled_from(["risks", "help", ""]),
        language=st.sampled_from(["sw", "am", ""]),
        network=st.sampled_from(["63902", ""]),
        gateway=st.sampled_from(["sim", "real", ""]),
        at=moments,
        key=st.uuids(version=4),
        sex=st.sampled_from(["female", "male", "unknown", ""]),
        age_band=st.sampled_from(["18-24", "25-34", "unknown"]),
        status=st.sampled_from(["returnee", "unknown"]),
        district=st.sampled_from(["Garissa", "Wajir", ""]),
        sensitive=st.sampled_from([False, False, True]),
        linked=st.sampled_from([True, True, True, False]),
    ),
    min_size=1,
    max_size=24,
    unique_by=lambda one: one.key,
)
standards = st.builds(standard, st.sampled_from(Kind), days)
free = st.builds(lambda day, n: Period(day, day + timedelta(days=n)), days, st.integers(1, 400))
breakdowns = st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3).map(tuple)
tiers = st.lists(st.sampled_from(list(Tier)), unique=True, min_size=1, max_size=3).map(tuple)
scopes = st.dictionaries(
    st.sampled_from(["country", "campaign"]),
    st.lists(st.sampled_from(["KE", "UG", "one", "two"]), unique=True, min_size=1).map(tuple),
    max_size=1,
)


@dataclass(frozen=True, slots=True)
class Asked:
    tiers: tuple[Tier, ...]
    start: date
    only: dict[str, tuple[str, ...]]


questions = st.builds(Asked, tiers, st.sampled_from([FIRST, date(2025, 2, 14)]), scopes)


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with an empty ledger."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- ledger = recount -----------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(
    histories, questions, st.lists(st.one_of(standards, free), min_size=1, max_size=4), breakdowns
)
def test_every_tier_period_and_breakdown_equals_a_recount(history, asked, periods, by):
    question = Question("3.3", asked.tiers, asked.start, only=asked.only)
    opinion = Opinion(history, tiers=asked.tiers, start=asked.start, only=asked.only)
    with undone():
        ledger.record(history)

        found = counting.count(question, periods, [by])
        recounted = counting.count(replace(question, recount=True), periods, [by])

        assert {one: found[one][by] for one in periods} == {
            one: opinion.cells(one, by) for one in periods
        }
        assert recounted == found


@settings(max_examples=15, deadline=None)
@given(histories, st.integers(0, 24), standards, breakdowns)
def test_what_was_known_earlier_stays_countable(history, known, period, by):
    """As of a sequence: for what is frozen, and for what a refresh adds."""
    with undone():
        ledger.record(history)
        sequences = list(Row.objects.order_by("sequence").values_list("sequence", flat=True))
        upto = (
            sequences[known - 1]
            if 0 < known <= len(sequences)
            else (0 if not known else EVERYTHING)
        )

        found = counting.count(Question("3.3", REACHED, FIRST, upto=upto), [period], [by])

        assert found[period][by] == Opinion(history[:known]).cells(period, by)


@settings(max_examples=15, deadline=None)
@given(histories, free, st.sampled_from(Kind), st.sampled_from([(), ("country",), ("sex",)]))
def test_breakdown_by_each_kind_of_period_asks_the_same_of_each(history, period, kind, by):
    with undone():
        ledger.record(history)

        lines = indicators.count("3.3", period, by=(kind, *by))

        told = {(one.period, tuple(one.breakdown[it] for it in by)): one.numbers for one in lines}
        opinion = Opinion(history)
        parts = {part: opinion.cells(part, by) for part in period.split(kind)}
        assert told == {
            (part, cell): it for part, cells in parts.items() for cell, it in cells.items()
        }
        assert {one.breakdown[kind] for one in lines} <= {
            standard(kind, part.starts).code for part in parts
        }


# --- however it came ------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(histories, st.integers(1, 9), st.integers(1, 3))
def test_fold_is_idempotent_however_it_is_cut(history, size, times):
    """Batches that overlap, each several times, as after crashes: the same rows in the same order."""
    with undone():
        new = [
            ledger.record(history[max(0, at - size) : at + size])
            for at in range(0, len(history), size)
            for _ in range(times)
        ]

        assert sum(new) == len(history) == Row.objects.count()
        keys = Row.objects.order_by("sequence").values_list("key", flat=True)
        assert list(keys) == [one.key for one in history]
        assert verification.verify().differences == ()


@settings(max_examples=15, deadline=None)
@given(histories, st.randoms(use_true_random=False), standards)
def test_order_of_recording_moves_nobody(history, dice, period):
    """It decides only which of several words a person goes by, never how many there are."""
    routes = [(), *((one,) for one in (*ROUTES, *DETAILS)), ("country", "channel")]
    persons = [(one,) for one in PERSONS]
    question, tables = Question("3.3", REACHED, FIRST), []
    for order in (history, dice.sample(history, len(history))):
        with undone():
            ledger.record(order)
            tables.append(counting.count(question, [period], [*routes, *persons])[period])

    one, other = tables
    assert {by: one[by] for by in routes} == {by: other[by] for by in routes}
    for by in persons:
        assert tiers_of(one[by].values()) == tiers_of(other[by].values()) == tiers_of([one[()][()]])


def tiers_of(cells: Any) -> Counter[str]:
    """Categories added up; of an additive measure and of one that a person has once."""
    total: Counter[str] = Counter()
    for one in cells:
        total.update({tier.value: getattr(one, tier.value) for tier in Tier})
        total.update({"unique": one.reached.unique, "unlinked": one.unlinked.unique})
    return +total


# --- refresh = count ------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(
    histories,
    st.lists(st.integers(1, 12), min_size=1, max_size=3),
    st.sampled_from([1, 2, 20_000]),
    st.sampled_from([0, 1000]),
)
def test_refreshed_figures_equal_a_recount(history, cuts, few, seconds):
    """Whether differences are added, in one or several slices, or all is counted anew; whatever came in between."""
    bounds = sorted({0, *cuts, len(history)})
    with pytest.MonkeyPatch.context() as patch, undone():
        patch.setattr(refreshing, "FEW", few)
        Rule.objects.filter(indicator="3.3").update(start=FIRST)
        for turn, (begin, end) in enumerate(pairwise(bounds)):
            ledger.record(history[begin:end])
            refreshing.refresh(at=END + timedelta(hours=turn))
            Count.objects.update(seconds=seconds)

        opinion, rule = Opinion(history), indicators.rule_of("3.3", FIRST)
        kept = [Period(one.starts, one.ends) for one in figures.counts(rule)]
        answer = figures.answer(rule, kept, figures.SETS, countries=None, at=END)
        for period in kept[::4]:
            expected = {by: opinion.cells(period, by) for by in figures.SETS}
            assert answer.tables[period] == expected
        assert verification.verify().differences == ()


# --- verify finds every tampering -----------------------------------------------------------------

OTHER = {  # another value of a column, by its type
    "text": "{0} || 'x'",
    "character varying": "left({0} || 'x', 60) || left({0}, 0)",
    "integer": "{0} + 1",
    "smallint": "{0} + 1",
    "bigint": "{0} + 1",
    "date": "{0} + 1",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "uuid": "gen_random_uuid()",
    "boolean": "NOT {0}",
    "ARRAY": "array_append({0}, 'x')",
}
HELD = ("exposure", "reach", "daylink", "figure", "count")
LEFT_ALONE = {  # when and how long something was counted, and its own row number: no number hangs on them
    ("count", "counted_at"),
    ("count", "seconds"),
    ("count", "upto"),
    ("count", "id"),
    ("figure", "id"),
}


@dataclass(frozen=True, slots=True)
class Sound:
    columns: list[tuple[str, str, str]]  # table, column, type
    newest: str

    def sees(self, statement: str) -> bool:
        """Whether somebody who does this in SQL is found out; undone again."""
        with transaction.atomic(), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(statement)
            except IntegrityError:
                return True  # the database itself refuses
            changed = cursor.rowcount == 1
            differences = verification.verify(noted=[self.newest]).differences
            transaction.set_rollback(True)
        assert changed
        return differences != ()


@pytest.fixture(scope="module")
def sound(django_db_setup, django_db_blocker) -> Iterator[Sound]:
    """A ledger with all days closed and figures, whose newest link somebody noted."""
    facts, at = many(120, people=25), datetime(2026, 1, 2, 9, tzinfo=UTC)
    with django_db_blocker.unblock(), transaction.atomic():
        for day in range(3):
            ledger.record(facts[40 * day : 40 * day + 40], at=at + timedelta(days=day))
        assert chain.close_days(at=at + timedelta(days=3)) == 3
        refreshing.refresh(at=at + timedelta(days=3))
        assert verification.verify().differences == ()
        with connection.cursor() as cursor:  # whoever tampers has taken the rights for it
            cursor.execute("GRANT ALL ON analytics_exposure, analytics_daylink TO CURRENT_USER")
        yield Sound(columns(), verification.verify().newest)
        transaction.set_rollback(True)


def columns() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(table_name, 11), column_name, data_type FROM information_schema.columns "
            "WHERE table_name = ANY(%s) ORDER BY table_name, ordinal_position",
            [[f"analytics_{name}" for name in HELD]],
        )
        return [one for one in cursor.fetchall() if one[:2] not in LEFT_ALONE]


Tamper = Callable[[str, str, int], str]
ROW = "ctid = (SELECT ctid FROM analytics_{table} ORDER BY ctid LIMIT 1 OFFSET {place} % (SELECT count(*) FROM analytics_{table}))"


def edited(table: str, change: str, place: int) -> str:
    return f"UPDATE analytics_{table} SET {change} WHERE " + ROW.format(table=table, place=place)


def deleted(table: str, _change: str, place: int) -> str:
    return f"DELETE FROM analytics_{table} WHERE " + ROW.format(table=table, place=place)


def test_every_column_that_says_something_is_held(sound):
    """Edited in one row each: whichever it is, it is seen."""
    unseen = [
        f"{table}.{column}"
        for place, (table, column, kind) in enumerate(sound.columns)
        if not sound.sees(
            edited(table, f'"{column}" = ' + OTHER[kind].format(f'"{column}"'), 7 * place)
        )
    ]

    assert unseen == []


@settings(max_examples=15, deadline=None)
@given(data=st.data(), place=st.integers(0, 10_000))
def test_any_row_edited_or_taken_away_is_seen(sound, data, place):
    table, column, kind = data.draw(st.sampled_from(sound.columns))
    tamper = data.draw(st.sampled_from([edited, deleted]))
    change = f'"{column}" = ' + OTHER[kind].format(f'"{column}"')

    assert sound.sees(tamper(table, change, place))


@pytest.mark.parametrize("table", HELD)
def test_row_that_was_put_in_is_seen(sound, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%%I', column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = %s AND column_name NOT IN ('sequence', 'id')",
            [f"analytics_{table}"],
        )
        (names,) = cursor.fetchone()
    fresh = {
        "exposure": {"key": "gen_random_uuid()"},
        "reach": {"subject": "gen_random_uuid()"},
        "daylink": {"day": "day + 100"},
        "figure": {"cell": "array_append(cell, 'x')"},
        "count": {"starts": "starts - 1"},
    }[table]
    own = "sequence, " if table == "reach" else ""
    values = ", ".join(fresh.get(name.strip('"'), name) for name in names.split(", "))

    assert sound.sees(
        f"INSERT INTO analytics_{table} ({own}{names}) SELECT {own}{values} FROM analytics_{table} LIMIT 1"
    )
