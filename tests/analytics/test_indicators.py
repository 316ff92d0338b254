"""Each number once: rules and their dates, breakdowns, the command, the headline."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from analytics import indicators, ledger, targets
from analytics.counting import Reached
from analytics.ledger import Tier
from analytics.models import Exposure, Indicator, Rule, Target
from analytics.periods import Period
from tests.analytics import books
from tests.analytics.ledgers import Opinion, exposure, many

pytestmark = pytest.mark.django_db

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
EIGHT = ["DJ", "ER", "ET", "KE", "SO", "SS", "SD", "UG"]
LEGACY = (
    "Number of migrants, or potential migrants, reached out by information campaign on migration and "
    "risks linked to irregular migration"
)


def run(*arguments: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("indicators", *arguments, "--json", stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("3.3", "3.3"),
        (LEGACY, "3.3"),
        ("Number of awareness raising events on migration", "3.11"),
        (
            "Number of activities/events explicitly dedicated to raising awareness and sensitivity of "
            "general public regarding migration",
            "3.11",
        ),
    ],
)
def test_an_indicator_is_found_by_any_of_its_names(name, code):
    assert indicators.find(name).code == code


def test_command_prints_the_agreed_shape():
    ledger.record(
        [
            exposure(1, Tier.SENT),
            exposure(1),
            exposure(2, Tier.INTERACTED, channel="ussd", country="UG"),
            exposure(3, Tier.INTERACTED, channel="chat", linked=False),
        ]
    )

    assert run("--from", "2025-03-01", "--to", "2025-04-01", "--indicator", "3.3") == [
        {
            "indicator": "3.3",
            "rule": "3.3/1",
            "breakdown": {},
            "targeted": 0,
            "sent": 1,
            "delivered": 1,
            "reached": {"unique": 2, "first_time": 2, "cumulative": 2},
            "interacted": 1,
            "engaged": 0,
            "completed": 0,
            "referred": 0,
            "unlinked": {"unique": 1, "first_time": 1, "cumulative": 1},
        }
    ]


def test_command_breaks_down():
    ledger.record([exposure(1), exposure(1, channel="ussd"), exposure(2, country="UG")])

    found = run(
        "--from",
        "2025-03-01",
        "--to",
        "2025-04-01",
        "--indicator",
        LEGACY,
        "--by",
        "country,channel",
    )

    assert {tuple(line["breakdown"].values()): line["reached"]["unique"] for line in found} == {
        ("KE", "sms"): 1,
        ("KE", "ussd"): 1,
        ("UG", "sms"): 1,
    }
    assert list(found[0]["breakdown"]) == ["country", "channel"]


def test_command_splits_into_months_cut_at_the_ends():
    ledger.record(
        [
            exposure(1, at=datetime(2025, 1, 9, 20, 59, tzinfo=UTC)),  # the minute before --from
            exposure(1, at=datetime(2025, 1, 9, 21, 0, tzinfo=UTC)),
            exposure(1, at=datetime(2025, 2, 3, tzinfo=UTC)),
            exposure(2, at=datetime(2025, 2, 3, tzinfo=UTC)),
            exposure(
                3, at=datetime(2025, 2, 9, 21, 0, tzinfo=UTC)
            ),  # the first instant not included
        ]
    )

    found = run("--from", "2025-01-10", "--to", "2025-02-10", "--indicator", "3.3", "--by", "month")

    assert [(line["breakdown"], line["reached"]) for line in found] == [
        ({"month": "2025-01"}, {"unique": 1, "first_time": 0, "cumulative": 1}),
        ({"month": "2025-02"}, {"unique": 2, "first_time": 1, "cumulative": 2}),
    ]


def test_command_counts_every_indicator_without_one_named():
    ledger.record([exposure(1, indicators=("3.3", "2.7")), exposure(2, indicators=("2.7",))])

    found = run("--from", "2025-03-01", "--to", "2025-04-01")

    assert [(line["indicator"], line["reached"]["unique"]) for line in found] == [
        ("3.3", 1),
        ("2.7", 2),
    ]


def test_command_without_json_is_a_table():
    ledger.record([exposure(1)])
    out = io.StringIO()

    call_command(
        "indicators", "--from", "2025-03-01", "--to", "2025-04-01", "--indicator", "3.3", stdout=out
    )

    header, row = out.getvalue().splitlines()
    assert header.split()[:5] == ["indicator", "targeted", "sent", "delivered", "unique"]
    assert row.split()[:5] == ["3.3/1", "0", "0", "1", "1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "2025-01-01"], "must end after it begins"),
        (["--to", "2025-04-01", "--by", "shoe"], "There is no breakdown by shoe"),
        (["--to", "2025-04-01", "--indicator", "9.9"], "There is no indicator '9.9'"),
        (["--to", "2025-04-01", "--indicator", "3.11"], "is entered by hand"),
    ],
)
def test_command_refuses_with_a_sentence(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("indicators", "--from", "2025-03-01", *arguments)


QUARTER = ("--from", "2025-01-01", "--to", "2025-04-01", "--indicator", "3.3")


def test_command_says_what_a_closed_range_was_closed_with(settings, tmp_path):
    settings.DATA = tmp_path
    ledger.record([exposure(n) for n in range(37)])
    closed = books.close()
    ledger.record([exposure(n) for n in range(100, 105)])

    (line,) = run(*QUARTER)

    assert line["reached"]["unique"] == 42
    assert line["closed"] == {
        "on": "2026-02-01",
        "rule": "3.3/1",
        "unique": 37,
        "digest": closed.digest,
    }


def test_command_says_nothing_of_closing_beside_other_numbers(settings, tmp_path):
    settings.DATA = tmp_path
    ledger.record([exposure(n) for n in range(3)])
    books.close()

    lines = [
        *run(*QUARTER, "--by", "country"),
        *run(*QUARTER, "--campaign", "safe-way"),
        *run("--from", "2025-01-01", "--to", "2025-03-31", "--indicator", "3.3"),
    ]

    assert [one["reached"]["unique"] for one in lines] == [3, 3, 3]
    assert ["closed" in one for one in lines] == [False, False, False]


def test_t10_old_periods_keep_the_rule_they_had():
    """From 2026 on only an interaction counts; 2025 is still counted as before."""
    rule = {"indicator_id": "3.3", "tiers": ["interacted"], "start": date(2015, 1, 1)}
    Rule.objects.create(**rule, version=2, since=date(2026, 1, 1))
    ledger.record(
        [
            exposure(1),
            exposure(2, at=datetime(2026, 2, 1, tzinfo=UTC)),
            exposure(3, Tier.INTERACTED, at=datetime(2026, 2, 1, tzinfo=UTC)),
        ]
    )

    (old,) = indicators.count("3.3", YEAR)
    (new,) = indicators.count("3.3", Period(date(2026, 1, 1), date(2027, 1, 1)))

    assert (old.rule, old.numbers.reached) == ("3.3/1", Reached(1, 1, 1))
    assert (new.rule, new.numbers.reached) == ("3.3/2", Reached(1, 1, 1))


def test_breakdown_by_several_periods_and_persons_equals_a_plain_count():
    written = many(500, people=80)
    ledger.record(written)
    opinion = Opinion(written)

    for line in indicators.count("3.3", YEAR, by=("quarter", "sex", "channel")):
        cell = (line.breakdown["sex"], line.breakdown["channel"])
        assert line.numbers == opinion.cells(line.period, ("sex", "channel"))[cell]


def test_overview_shows_a_reader_their_own_countries():
    ledger.record([exposure(1), exposure(2, country="UG"), exposure(3, country="")])
    at = datetime(2025, 4, 1, tzinfo=UTC)

    def unique(countries: list[str]) -> int:
        return indicators.overview("3.3", YEAR, (), countries=countries, at=at).total.reached.unique

    assert (unique(EIGHT), unique(["KE"]), unique(["KE", "UG"]), unique([])) == (3, 1, 2, 0)


@pytest.mark.parametrize(
    ("set_on", "late"), [(date(2024, 12, 31), False), (date(2025, 1, 1), True)]
)
def test_a_target_set_after_the_period_began_is_flagged(set_on, late):
    Target.objects.create(
        indicator=Indicator.objects.get(code="3.3"),
        starts=YEAR.starts,
        ends=YEAR.ends,
        value=6425,
        set_on=set_on,
    )

    goal = targets.goal_of("3.3", YEAR)

    assert goal == targets.Goal(6425, set_on, late)


def test_headline_tells_this_month_and_since_the_start():
    ledger.record(
        [
            exposure(1, at=datetime(2025, 2, 1, tzinfo=UTC)),
            exposure(1),
            exposure(2),
            exposure(3, country="UG"),
        ]
    )

    found = indicators.headline(["KE"], at=datetime(2025, 3, 20, tzinfo=UTC))

    assert found.in_month.reached == Reached(2, 1, 2)
    assert found.so_far.reached.cumulative == 2
    assert found.month == Period(date(2025, 3, 1), date(2025, 4, 1))


def test_headline_of_nothing_is_zero():
    found = indicators.headline(EIGHT, at=datetime(2025, 3, 20, tzinfo=UTC))

    assert found.so_far.reached == Reached()


def record_elsewhere() -> None:
    """In a thread, so on a connection of its own."""
    try:
        ledger.record([exposure()])
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_tables_of_one_page_agree_while_somebody_records():
    with indicators.one_moment():
        before = Exposure.objects.count()
        with ThreadPoolExecutor(1) as other:
            other.submit(record_elsewhere).result()
        inside = Exposure.objects.count()

    assert (before, inside, Exposure.objects.count()) == (0, 0, 1)


def test_campaigns_are_a_scope_in_which_a_number_counts_once():
    ledger.record(
        [
            exposure(1, campaign="safe-way"),
            exposure(1, campaign="rights"),
            exposure(2, campaign="rights"),
            exposure(3, campaign="always-on"),
        ]
    )

    def unique(*campaigns: str) -> int:
        (line,) = indicators.count("3.3", YEAR, campaigns=campaigns or None)
        return line.numbers.reached.unique

    assert (unique(), unique("rights"), unique("rights", "safe-way")) == (3, 2, 2)


def test_command_counts_campaigns_by_their_codes():
    ledger.record([exposure(1, campaign="safe-way"), exposure(2, campaign="rights")])
    span = ("--from", "2025-01-01", "--to", "2026-01-01", "--indicator", "3.3")

    found = run(*span, "--campaign", "rights")

    assert [one["reached"]["unique"] for one in found] == [1]


def test_command_counts_under_any_version_of_the_rule():
    day = date(2030, 1, 1)
    later = {"version": 2, "tiers": ["interacted"], "start": date(2015, 1, 1), "since": day}
    Rule.objects.create(indicator_id="3.3", **later)
    ledger.record([exposure(1), exposure(2, Tier.INTERACTED)])
    asked = ("--from", "2025-03-01", "--to", "2025-04-01", "--indicator", "3.3")

    found = [run(*asked), run(*asked, "--rule", "2")]

    told = [(line["rule"], line["reached"]["unique"]) for (line,) in found]
    assert told == [("3.3/1", 2), ("3.3/2", 1)]


def test_command_refuses_a_rule_that_does_not_exist():
    with pytest.raises(CommandError, match="has no rule 7"):
        run("--from", "2025-03-01", "--to", "2025-04-01", "--indicator", "3.3", "--rule", "7")
