"""The reach page and its download."""

import csv
import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from analytics import ledger, recounts
from analytics.exports import tidy
from analytics.ledger import Tier
from tests.analytics import books
from tests.analytics.ledgers import exposure, number

pytestmark = pytest.mark.django_db
EIGHT = ["DJ", "ER", "ET", "KE", "SO", "SS", "SD", "UG"]


@pytest.fixture
def sign_in(client):
    """Sign in somebody of these countries who may see reach."""

    def enter(countries: list[str], permission: str = "view_reach") -> None:
        staff = get_user_model().objects.create(username="monitor", countries=countries)
        staff.user_permissions.add(Permission.objects.get(codename=permission))
        client.force_login(staff)

    return enter


def shown(page: str, name: str) -> int:
    found = re.search(rf'id="{name}">([\d,]+)<', page)
    assert found
    return int(found[1].replace(",", ""))


def test_page_shows_the_number_its_definition_and_the_stricter_ones(client, sign_in):
    sign_in(EIGHT)
    ledger.record(
        [
            exposure(1),
            exposure(1, Tier.INTERACTED, channel="ussd"),
            exposure(2, country="UG"),
            exposure(3, Tier.INTERACTED, channel="ussd"),
            exposure(4, Tier.INTERACTED, channel="chat", linked=False),
        ]
    )

    page = client.get(reverse("analytics:reach"), {"period": "2025"}).content.decode()

    names = ("reached", "first-time", "cumulative", "delivered", "interacted", "unlinked")
    assert [shown(page, name) for name in names] == [3, 3, 3, 2, 2, 1]
    assert page.count("unique phone numbers, used as proxy for people") == 2
    assert "reached out by information campaign on migration and risks" in page
    assert re.findall(r'<th scope="row" dir="auto">(\w+)</th>', page)[:4] == [
        "Kenya",
        "Uganda",
        "SMS",
        "USSD",
    ]


def test_page_is_scoped_to_the_readers_countries(client, sign_in):
    sign_in(["UG"])
    ledger.record([exposure(1), exposure(2, country="UG"), exposure(3, country="")])

    page = client.get(reverse("analytics:reach"), {"period": "2025-Q1"}).content.decode()

    assert shown(page, "reached") == 1
    assert "Kenya" not in page


def test_possible_recounts_after_erasure_stand_beside_the_number(client, sign_in):
    sign_in(["KE"])
    ledger.record([exposure(1), exposure(2, country="UG")])
    page = client.get(reverse("analytics:reach")).content.decode()
    assert ('id="recounts"' in page) is False

    recounts.note([number(1), number(2)])

    page = client.get(reverse("analytics:reach")).content.decode()
    assert shown(page, "recounts") == 1


def closed_words(client, **asked: str) -> list[str]:
    page = client.get(reverse("analytics:reach"), {"period": "2025-Q1", **asked}).content.decode()
    return [re.sub(r"<[^>]*>", "", one) for one in re.findall(r'id="closed">(.*?)</strong>', page)]


def test_closed_number_stands_beside_what_is_counted_now(client, sign_in, settings, tmp_path):
    settings.DATA = tmp_path
    sign_in(EIGHT)
    ledger.record([exposure(n) for n in range(37)])
    books.close()
    ledger.record([exposure(n) for n in range(100, 105)])

    page = client.get(reverse("analytics:reach"), {"period": "2025-Q1"}).content.decode()

    assert shown(page, "reached") == 42
    assert closed_words(client) == ["Closed on 1 Feb 2026 with 37: that is the number to report."]
    assert page.count("What came too late is counted above") == 1
    assert closed_words(client, countries="UG") == closed_words(client, campaign="safe-way") == []


def test_closed_number_of_all_countries_is_not_shown_to_who_has_some(
    client, sign_in, settings, tmp_path
):
    settings.DATA = tmp_path
    sign_in(["KE"])
    ledger.record([exposure(n) for n in range(37)])

    books.close()

    assert closed_words(client) == []


def test_empty_page_says_what_to_do_next(client, sign_in):
    sign_in(EIGHT)

    page = client.get(reverse("analytics:reach")).content.decode()

    assert "Send a blast, or let people know the USSD code" in page


def test_page_without_a_country_says_so(client, sign_in):
    sign_in([])

    page = client.get(reverse("analytics:reach")).content.decode()

    assert "No country is assigned to you" in page


def test_page_takes_any_two_days(client, sign_in):
    sign_in(EIGHT)
    ledger.record([exposure(1)])

    days = {"starts": "2025-03-10", "ends": "2025-03-11", "by": "sex"}
    page = client.get(reverse("analytics:reach"), days).content.decode()

    assert shown(page, "reached") == 1
    assert "2025-03-10 to 2025-03-10" in page


def test_a_code_that_is_no_period_is_named(client, sign_in):
    sign_in(EIGHT)

    page = client.get(reverse("analytics:reach"), {"period": "2025-13"}).content.decode()

    assert "This is no period." in page


def test_days_that_make_no_sense_are_named(client, sign_in):
    sign_in(EIGHT)

    page = client.get(reverse("analytics:reach"), {"starts": "2025-03-10", "ends": "2025-03-10"})

    assert "The last day must come after the first." in page.content.decode()


@pytest.mark.parametrize("name", ["analytics:reach", "analytics:download"])
def test_pages_are_guarded(client, sign_in, name):
    assert client.get(reverse(name)).status_code == 302
    sign_in(EIGHT, permission="view_target")
    assert client.get(reverse(name)).status_code == 403


def test_download_is_what_the_page_shows(client, sign_in):
    sign_in(["KE"])
    ledger.record([exposure(1, campaign="=1+1"), exposure(2, country="UG")])

    answer = client.get(reverse("analytics:download"), {"period": "2025-03", "by": "campaign"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    unique = {
        (row["dimension"], row["category"]): row["value"]
        for row in rows
        if row["measure"] == "unique"
    }
    assert unique == {
        ("total", ""): "1",
        ("country", "KE"): "1",
        ("channel", "sms"): "1",
        ("campaign", "'=1+1"): "1",
        ("month", "2025-03"): "1",
    }
    assert {row["unit"] for row in rows} == {"unique phone numbers, used as proxy for people"}
    assert answer["Content-Disposition"] == 'attachment; filename="reach-3.3-2025-03.csv"'


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_cells_are_no_formulas(cell):
    assert tidy.neutral(cell) == f"'{cell}"


def test_plain_cells_stay_as_they_are():
    assert [tidy.neutral(cell) for cell in ("a=1", 7, "")] == ["a=1", "7", ""]


def test_download_never_tells_of_fewer_than_five_referrals(client, sign_in):
    sign_in(EIGHT)
    ledger.record([exposure(n, Tier.REFERRED, channel="ussd") for n in range(4)])

    text = client.get(reverse("analytics:download"), {"period": "2025"}).content.decode()

    found = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    told = [row for row in found if row["measure"] == "referred"]
    assert [(row["dimension"], row["value"]) for row in told] == [("total", "<5")]
