"""The pages of figures: filters, files, methods, empty states, and who may see what."""

import csv
import io
import re
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics import indicators, knowledge, ledger, refreshing, targets
from analytics.ledger import Tier
from analytics.models import Figure, Indicator
from analytics.periods import parse
from analytics.targets import Act
from tests.analytics.ledgers import NOON, exposure, many, number

pytestmark = pytest.mark.django_db
EIGHT = ["DJ", "ER", "ET", "KE", "SO", "SS", "SD", "UG"]
PAGES = [
    "analytics:reach",
    "analytics:trend",
    "analytics:where",
    "analytics:who",
    "campaigns:reach-knowledge",
    "campaigns:reach-how",
    "campaigns:reach-waterfall",
    "campaigns:reach-delivery",
    "bot:reach-themes",
    "ussd:reach-quality",
]
YEAR = {"period": "2025"}


@pytest.fixture
def sign_in(client):
    def enter(countries: list[str]) -> None:
        staff = get_user_model().objects.create(username="monitor", countries=countries)
        staff.user_permissions.add(Permission.objects.get(codename="view_reach"))
        client.force_login(staff)

    return enter


def rows(client, page: str, table: str, **asked: object) -> dict[str, dict[str, str]]:
    """A table's file, by the code of its rows."""
    found = client.get(reverse(page), {**YEAR, **asked, "csv": table})
    text = found.content.decode().removeprefix("\ufeff")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text))}


def unique(found: dict[str, dict[str, str]]) -> dict[str, str]:
    return {code: row["Unique"] for code, row in found.items()}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_opens_on_an_empty_ledger_and_on_a_full_one(client, sign_in, page, language):
    sign_in(EIGHT)
    client.cookies["django_language"] = language
    assert client.get(reverse(page)).status_code == 200
    ledger.record(many(200, people=40))
    refreshing.refresh(at=NOON)

    found = client.get(reverse(page), YEAR)

    assert found.status_code == 200
    assert b'aria-current="page"' in found.content


@pytest.mark.parametrize("page", PAGES)
def test_queries_do_not_grow_with_the_ledger(client, sign_in, page):
    sign_in(EIGHT)
    facts = many(400, people=100)
    ledger.record(facts[:200])
    refreshing.refresh(at=NOON)
    client.get(reverse(page), YEAR)
    before = queries(client, page)

    ledger.record(facts[200:])
    refreshing.refresh(at=NOON)

    assert queries(client, page) == before


def queries(client, page: str) -> int:
    with CaptureQueriesContext(connection) as told:
        client.get(reverse(page), YEAR)
    return len(told)


def test_reader_without_countries_is_told_whom_to_ask(client, sign_in):
    sign_in([])

    found = client.get(reverse("analytics:trend"))

    assert "No country is assigned to you" in found.content.decode()


def test_file_holds_what_was_asked_for_in_every_line(client, sign_in):
    sign_in(EIGHT)
    ledger.record([exposure(1), exposure(2, country="UG", campaign="rights")])

    found = rows(client, "analytics:where", "country", countries=["UG"], campaign="rights")

    assert list(found) == ["UG"]
    head = ("indicator", "rule", "from", "to", "countries", "campaign", "Unique")
    assert tuple(found["UG"][one] for one in head) == (
        "3.3", "3.3/1", "2025-01-01", "2026-01-01", "UG", "rights", "1",
    )  # fmt: skip


def test_countries_of_others_cannot_be_asked_for(client, sign_in):
    sign_in(["KE"])
    ledger.record([exposure(1), exposure(2, country="UG")])

    found = client.get(reverse("analytics:where"), {**YEAR, "countries": ["UG"]})

    assert found.context["form"].errors["countries"]
    assert found.context["sieve"].countries == ("KE",)


def test_table_that_is_not_there_is_not_found(client, sign_in):
    sign_in(EIGHT)

    assert client.get(reverse("analytics:where"), {"csv": "weather"}).status_code == 404
    assert client.get(reverse("analytics:where"), {"how": "weather"}).status_code == 404


def test_method_comes_alone_when_the_page_asks_for_it(client, sign_in):
    sign_in(EIGHT)

    found = client.get(
        reverse("analytics:where"), {"how": "country"}, headers={"HX-Request": "true"}
    )

    text = found.content.decode()
    assert "<html" not in text
    assert "Totals are set unions, never sums" in text
    assert "analytics_figure" in text


def test_method_stands_in_the_page_without_any_script(client, sign_in):
    sign_in(EIGHT)

    text = client.get(reverse("analytics:where"), {"how": "district"}).content.decode()

    assert len(re.findall("Totals are set unions", text)) == 1


def test_trend_tells_each_month_and_its_target(client, sign_in):
    sign_in(EIGHT)
    march = parse("2025-03")
    targets.set_target(
        Indicator.objects.get(code="3.3"), march, 4, Act("monitor", NOON), note="said late"
    )
    ledger.record([exposure(1), exposure(2)])
    refreshing.refresh(at=NOON)

    found = rows(client, "analytics:trend", "trend")

    assert found["2025-03"]["Unique"] == "2"
    assert (found["2025-03"]["Target"], found["2025-03"]["% of target"]) == ("4", "50")


def test_reach_page_sets_the_number_against_its_target(client, sign_in):
    sign_in(EIGHT)
    indicator = Indicator.objects.get(code="3.3")
    targets.set_target(indicator, parse("2025"), 8, Act("monitor", NOON), note="said late")
    ledger.record([exposure(1), exposure(2)])

    found = client.get(reverse("analytics:reach"), YEAR)

    assert found.context["aimed"].share == 25
    assert "25 % of the target" in found.content.decode()


def test_who_counts_unknown_as_a_category_and_sums_to_the_total(client, sign_in):
    sign_in(EIGHT)
    ledger.record([exposure(1, sex="female"), exposure(2), exposure(3, sex="female")])

    found = rows(client, "analytics:who", "sex")

    assert unique(found) == {"female": "2", "unknown": "1"}
    assert [row["% of the total"] for row in found.values()] == ["67", "33"]


def test_small_districts_are_one_row_of_their_country(client, sign_in):
    sign_in(EIGHT)
    places = ["Nairobi"] * 9 + ["Turkana"] * 3 + ["Garissa"] * 2
    ledger.record([exposure(n, district=place) for n, place in enumerate(places)])

    text = client.get(reverse("analytics:where"), YEAR).content.decode()

    assert unique(rows(client, "analytics:where", "district")) == {"KE/Nairobi": "9", "": "5"}
    assert "Turkana" not in text
    assert "2 districts, not told alone" in text


def test_indicator_of_an_unknown_code_is_refused_beside_its_field(client, sign_in):
    sign_in(EIGHT)

    found = client.get(reverse("analytics:who"), {"indicator": "9.9"})

    assert found.context["sieve"].indicator.code == indicators.HEADLINE
    assert found.context["form"].errors["indicator"]


def test_how_names_sensitive_content_only_as_one(client, sign_in):
    sign_in(EIGHT)
    ledger.record(
        [
            exposure(1, item="risks"),
            exposure(2, Tier.INTERACTED, item="faq-help", sensitive=True, channel="ussd"),
        ]
    )

    found = rows(client, "campaigns:reach-how", "item")

    assert unique(found) == {"risks": "1", "unknown": "1"}
    assert found["unknown"]["Content item"] == "sensitive content, as one"


def test_dear_items_are_counted_only_on_request(client, sign_in):
    sign_in(EIGHT)
    ledger.record([exposure(1, item="risks")])
    refreshing.refresh(at=NOON)
    Figure.objects.filter(by="").update(sent=300_000)

    assert unique(rows(client, "campaigns:reach-how", "item")) == {}
    assert unique(rows(client, "campaigns:reach-how", "item", count="now")) == {"risks": "1"}


def test_waterfall_balances_to_zero(client, sign_in):
    sign_in(EIGHT)
    ledger.record(many(400, people=60))

    found = client.get(reverse("campaigns:reach-waterfall"), YEAR)

    tiles = {one.key: one.value for one in found.context["sheet"].tiles}
    steps = rows(client, "campaigns:reach-waterfall", "numbers")
    assert (tiles["difference"], tiles["difference-messages"]) == (0, 0)
    assert steps["reached"]["Numbers"] == str(tiles["reached"])


def test_quality_tells_what_is_unknown_and_missing(client, sign_in):
    sign_in(EIGHT)
    ledger.record(
        [exposure(1, Tier.SENT), exposure(2, Tier.SENT), exposure(2, sex="male"), exposure(3)]
    )

    unknown = rows(client, "ussd:reach-quality", "unknown")
    signs = rows(client, "ussd:reach-quality", "signs")

    assert unknown["sex"]["Unknown"] == "1"
    assert (signs["no-receipt"]["How many"], signs["no-receipt"]["Of"]) == ("1", "2")


def test_knowledge_tells_pairs_ranges_and_who_did_not_answer_again(client, sign_in):
    sign_in(EIGHT)
    for n in range(10):
        _answered(n, "before", right=n < 2)
    for n in range(8):
        _answered(n, "after", right=n != 0)

    found = rows(client, "campaigns:reach-knowledge", "knowledge")["quiz-1"]

    told = {name: found[name] for name in ("First answers", "Pairs", "% not again", "Improved")}
    assert told == {"First answers": "10", "Pairs": "8", "% not again": "20", "Improved": "6"}
    assert (found["% improved"], found["% worsened"]) == ("75", "13")


def test_knowledge_of_fewer_than_five_pairs_is_not_told(client, sign_in):
    sign_in(EIGHT)
    for n in range(6):
        _answered(n, "before", right=False)
    _answered(0, "after", right=True)

    found = rows(client, "campaigns:reach-knowledge", "knowledge")["quiz-1"]

    assert (found["First answers"], found["Pairs"], found["Improved"]) == ("6", "<5", "")


def test_knowledge_of_another_campaign_is_left_out(client, sign_in):
    sign_in(EIGHT)
    _answered(1, "before", right=False)

    assert rows(client, "campaigns:reach-knowledge", "knowledge", campaign="never") == {}


def _answered(meeting: int, phase: str, *, right: bool) -> None:
    """One answer of an invented question."""
    answer = knowledge.Answer(
        key=uuid4(),
        meeting=number(meeting),
        subject=None,
        at=NOON,
        item="quiz-1",
        phase=phase,
        right=right,
        campaign="always-on",
        country="KE",
        channel="ussd",
        language="sw",
    )
    knowledge.record([answer])
