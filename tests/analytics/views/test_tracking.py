"""The tracking table on its page, its reasons, and the CSV that waits for them."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from analytics import ledger, targets
from analytics.exports import tracking
from analytics.models import Deviation, Indicator
from analytics.periods import Period
from analytics.targets import Act
from people.countries import CODES
from tests.analytics import books
from tests.analytics.ledgers import exposure
from tests.analytics.views.pages import page_of

pytestmark = pytest.mark.django_db
FIRST = Period(date(2025, 1, 1), date(2025, 4, 1))
BEFORE = Act("amina", datetime(2024, 12, 1, 9, tzinfo=UTC))
TABLE, FILE, EXPLAIN = "analytics:iptt", "analytics:iptt-download", "analytics:iptt-explain"
ASKED = {"year": "2025"}
REASON = {
    "indicator": "3.3",
    "period": "2025-Q1",
    "query": "year=2025",
    "reason": "Rains cut the network for weeks.",
}


@pytest.fixture
def missed():
    """A quarter that is over, with five of ten reached."""
    targets.set_target(Indicator.objects.get(code="3.3"), FIRST, 10, BEFORE)
    ledger.record([exposure(n) for n in range(5)])


def test_page_shows_every_indicator_with_its_share(sign_in, missed):
    page = page_of(sign_in("monitoring", *CODES).get(reverse(TABLE), ASKED))

    assert re.findall(r'/indicators/of/([\d.]+)/">', page) == ["3.3", "2.7", "3.11"]
    assert re.findall(r'<td class="number">(\d+) %</td>', page) == ["50"]
    assert page.count("more than 10 % off the target: a reason is due") == 1


def test_scheme_gives_its_words(sign_in):
    asked = ASKED | {"scheme": "EUTF indicators"}

    page = page_of(sign_in("monitoring", *CODES).get(reverse(TABLE), asked))

    assert page.count("reached out by information campaign") == 1


def test_csv_waits_for_reasons(sign_in, missed):
    client = sign_in("monitoring", *CODES)

    held = client.get(reverse(FILE), ASKED)
    client.post(reverse(EXPLAIN), REASON)
    given = client.get(reverse(FILE), ASKED)

    assert (held.status_code, held["Location"]) == (302, "/indicators/iptt/?year=2025")
    assert given["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(given.content.decode().removeprefix("\ufeff"))))
    (row,) = [one for one in rows if (one["indicator"], one["to"]) == ("3.3", "2025-04-01")]
    assert {name: row[name] for name in ("target", "unique", "percent_of_target")} == {
        "target": "10",
        "unique": "5",
        "percent_of_target": "50",
    }
    assert row["deviation_reason"] == REASON["reason"]


def test_reason_stands_in_the_table(sign_in, missed):
    client = sign_in("manager", *CODES)

    page = page_of(client.post(reverse(EXPLAIN), REASON, follow=True))

    assert page.count(REASON["reason"]) == 1
    assert Deviation.objects.get().set_by == "a-manager"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"period": "nonsense"}, 404), ({"indicator": "9.9"}, 404), ({"reason": "rain"}, 302)],
)
def test_reason_that_makes_no_sense_is_not_kept(sign_in, changes, code):
    answer = sign_in("manager", *CODES).post(reverse(EXPLAIN), REASON | changes)

    assert (answer.status_code, Deviation.objects.count()) == (code, 0)


def test_readers_of_some_countries_give_no_reason_for_the_programme(sign_in, missed):
    client = sign_in("manager", "KE", "UG")

    assert page_of(client.get(reverse(TABLE), ASKED)).count("Give the reason") == 0
    assert client.post(reverse(EXPLAIN), REASON).status_code == 404


def test_who_has_no_country_is_told(sign_in):
    page = page_of(sign_in("monitoring").get(reverse(TABLE)))

    assert page.count("No country is assigned to you") == 1


@pytest.mark.parametrize("asked", [{"year": "x"}, {"year": "1999"}, {"scheme": "none"}])
def test_nonsense_is_this_year(sign_in, asked):
    assert sign_in("monitoring", "KE").get(reverse(TABLE), asked).status_code == 200


def test_closed_period_says_with_which_number(sign_in, settings, tmp_path):
    settings.DATA = tmp_path
    ledger.record([exposure(n) for n in range(5)])
    digest = books.close().digest
    ledger.record([exposure(n) for n in range(5, 8)])
    client = sign_in("monitoring", *CODES)

    page, file = page_of(client.get(reverse(TABLE), ASKED)), client.get(reverse(FILE), ASKED)

    assert re.findall(r'class="closed">(.*?)<', page) == [
        f"Closed on 1 Feb 2026 with {number}: that is the number to report." for number in (5, 0)
    ]
    assert page.count("What came too late is counted here") == 1
    rows = list(csv.DictReader(io.StringIO(file.content.decode().removeprefix("\ufeff"))))
    names = ("to", "unique", "closed_on", "closed_unique", "closed_digest")
    closed = [tuple(one[name] for name in names) for one in rows if one["closed_on"]]
    assert closed[0] == ("2025-04-01", "8", "2026-02-01", "5", digest)
    assert len(closed) == 2


def test_what_nobody_set_is_empty_and_formulas_are_neutral(sign_in):
    Indicator.objects.filter(code="3.3").update(responsible="=HYPERLINK()")

    answer = sign_in("monitoring", *CODES).get(reverse(FILE), ASKED)

    rows = list(csv.DictReader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert {(one["target"], one["baseline"], one["percent_of_target"]) for one in rows} == {
        ("", "", "")
    }
    assert rows[0]["responsible"] == "'=HYPERLINK()"
    assert tuple(rows[0]) == tracking.HEADER
