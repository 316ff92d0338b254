"""The pages of closed periods: two people, the frozen numbers, the pack."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from analytics import closing, ledger, packs, restating
from analytics.ledger import Tier
from analytics.models import ClosedPeriod, Closing, Rule
from people.models import AuditEntry
from tests.analytics import books
from tests.analytics.books import LATER, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
EIGHT = ["DJ", "ER", "ET", "KE", "SO", "SS", "SD", "UG"]
ALL = ("view_closedperiod", "propose_closing", "close_period", "export_pack")
Enter = Callable[..., Client]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def enter() -> Enter:
    """A browser of somebody with this name, these countries and permissions."""

    def sign_in(
        name: str, countries: list[str] = EIGHT, permissions: tuple[str, ...] = ALL
    ) -> Client:
        staff = get_user_model().objects.create(username=name, countries=countries)
        staff.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        browser = Client()
        browser.force_login(staff)
        return browser

    return sign_in


def said(page: str) -> list[str]:
    return re.findall(r'class="alert alert-\w+"[^>]*>([^<]+)</div>', page)


def cells(page: str, label: str) -> list[int]:
    """The numbers of a row of a table."""
    found = re.search(rf'<th scope="row" dir="auto">{label}</th>(.*?)</tr>', page, re.DOTALL)
    assert found
    return [int(one.replace(",", "")) for one in re.findall(r">([\d,]+)</td>", found[1])]


def test_first_page_says_what_to_do(enter):
    page = enter("amina").get(reverse("analytics:periods")).content.decode()

    assert page.count("No period is ready") == 1
    assert page.count("No period is closed yet.") == 1


def test_proposer_sees_counts_and_doubts(enter):
    facts = [exposure(n, Tier.SENT) for n in range(5)]
    ledger.record([*facts, exposure(1, country="UG"), exposure(1, Tier.INTERACTED, linked=False)])

    page = enter("amina").get(reverse("analytics:period-new"), {"period": "2025-Q1"})

    text = page.content.decode()
    assert cells(text, "All")[:6] == [1, 1, 1, 0, 5, 1]
    assert cells(text, "Uganda")[:6] == [1, 1, 1, 0, 0, 1]
    assert "80 % of the numbers that something was sent to have no receipt" in text
    assert "Sex: unknown for 100 % of the numbers reached." in text


def test_two_people_close_a_period(enter):
    ledger.record([exposure(1)])
    amina, bekele = enter("amina"), enter("bekele")

    proposed = amina.post(
        reverse("analytics:period-new"), {"period": "2025-Q1", "note": "June receipts are in"}
    )
    own = amina.post(
        reverse("analytics:period-step", args=[Closing.objects.get().pk, "close"]), follow=True
    )
    seen = bekele.get(proposed.url).content.decode()
    bekele.post(reverse("analytics:period-step", args=[Closing.objects.get().pk, "close"]))
    waiting = bekele.get(proposed.url).content.decode()
    closing.work_off(packs.NO_SOURCES, at=LATER)
    closed = bekele.get(proposed.url).content.decode()

    assert said(own.content.decode())[1:] == [
        "Whoever proposed a period cannot close it: another person has to look."
    ]
    assert ("June receipts are in" in seen, "for ever</button>" in seen) == (True, True)
    assert "A worker takes it up within seconds." in waiting
    assert re.findall(r'id="closed-reached">(\d+)<', closed) == ["1"]
    row = ClosedPeriod.objects.get(indicator="3.3")
    assert (row.proposed_by, row.closed_by, row.digest in closed) == ("amina", "bekele", True)


def test_progress_asks_again_until_it_is_done(enter):
    made = books.agreed()
    browser, path = enter("amina"), reverse("analytics:period", args=[made.pk])

    before = browser.get(path, headers={"HX-Request": "true"})
    closing.work_off(packs.NO_SOURCES, at=LATER)
    after = browser.get(path, headers={"HX-Request": "true"})

    assert ("HX-Refresh" in before, before.content.count(b"every 2s")) == (False, 1)
    assert (after["HX-Refresh"], after.content.count(b"every 2s")) == ("true", 0)


def test_proposal_can_be_turned_down(enter):
    made = closing.propose(QUARTER, by="amina", at=LATER)

    enter("bekele").post(reverse("analytics:period-step", args=[made.pk, "withdraw"]))

    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("withdrawn", "bekele")


def test_who_sees_a_part_only_can_not_close_the_whole(enter):
    ledger.record([exposure(1), exposure(2, country="UG")])
    browser = enter("amina", ["KE"])

    page = browser.post(reverse("analytics:period-new"), {"period": "2025-Q1"})

    assert said(page.content.decode()) == [
        "This period counts in countries that are not yours: somebody of all of them has to do this."
    ]
    assert Closing.objects.count() == 0


def test_reader_of_one_country_sees_its_part_of_a_closed_period(enter):
    ledger.record([exposure(1), exposure(2, country="UG"), exposure(3, country="UG")])
    closed = books.close()
    path = reverse("analytics:period", args=[closed.closing_id])

    page = enter("amina", ["UG"]).get(path, {"by": "sex"}).content.decode()

    assert cells(page, "Uganda · unknown")[0] == 2
    assert ("Kenya" in page, "closed-reached" in page) == (False, False)


@pytest.mark.parametrize(
    ("by", "label"), [("language", "Kiswahili"), ("sex,age_band", "unknown · unknown")]
)
def test_closed_period_is_shown_by_any_frozen_breakdown(enter, by, label):
    ledger.record([exposure(1), exposure(2)])
    closed = books.close()

    page = enter("amina").get(reverse("analytics:period", args=[closed.closing_id]), {"by": by})

    assert cells(page.content.decode(), label)[0] == 2


def test_restatement_stands_beside_the_closed_number(enter):
    ledger.record([exposure(1)])
    closed = books.close()
    ledger.record([exposure(2)])
    restating.restate_due(at=LATER)

    page = (
        enter("amina").get(reverse("analytics:period", args=[closed.closing_id])).content.decode()
    )

    assert re.findall(r'id="(closed-reached|restated)">(\d+)<', page) == [
        ("closed-reached", "1"),
        ("restated", "2"),
    ]
    assert page.count("1 sms delivered") == 1


def test_other_rule_is_counted_on_request_and_named_so(enter):
    ledger.record([exposure(1), exposure(2, Tier.INTERACTED, channel="ussd")])
    closed = books.close()
    day = date(2026, 1, 1)
    Rule.objects.create(
        indicator_id="3.3", version=2, tiers=["interacted"], start=day.replace(2015), since=day
    )

    page = (
        enter("amina")
        .get(reverse("analytics:period", args=[closed.closing_id]), {"rule": "2"})
        .content.decode()
    )

    assert re.findall(r'id="closed-reached">(\d+)<', page) == ["2"]
    assert "Recomputed under rule 3.3/2" in page
    assert "known at closing: 1 unique" in page


def test_pack_is_taken_out_and_the_audit_notes_it(enter):
    ledger.record([exposure(1)])
    closed = books.close()

    answer = enter("amina").get(reverse("analytics:period-pack", args=[closed.digest]))

    content = io.BytesIO(b"".join(answer.streaming_content))
    assert ZipFile(content).namelist() == [*packs.FILES, "manifest.json"]
    assert answer["Content-Disposition"].endswith(f'evidence-3.3-2025-Q1-{closed.digest[:12]}.zip"')
    assert AuditEntry.objects.get().kind == "export"


def test_pack_is_not_for_who_holds_a_part_of_its_countries(enter):
    ledger.record([exposure(1), exposure(2, country="UG")])
    closed = books.close()

    answer = enter("amina", ["UG"]).get(reverse("analytics:period-pack", args=[closed.digest]))

    assert answer.status_code == 404


# --- packs of others --------------------------------------------------------------------------------


def test_packs_page_says_what_to_do(enter):
    page = enter("amina", EIGHT, ("view_foreignpack",)).get(reverse("analytics:packs"))

    text = page.content.decode()
    assert text.count("No pack was brought in yet.") == 1
    assert 'type="file"' not in text


def test_pack_is_brought_in_and_judged(enter):
    ledger.record([exposure(1)])
    closed = books.close()
    browser = enter("amina", EIGHT, ("view_foreignpack", "add_foreignpack"))
    with packs.place(closed.digest).open("rb") as stream:
        answer = browser.post(reverse("analytics:pack-bring"), {"pack": stream}, follow=True)

    assert said(answer.content.decode())[0].startswith("Taken in.")
    assert answer.content.count(b"every 3s") == 1


def test_nothing_is_brought_in_without_a_file(enter):
    browser = enter("amina", EIGHT, ("view_foreignpack", "add_foreignpack"))

    answer = browser.post(reverse("analytics:pack-bring"), follow=True)

    assert said(answer.content.decode()) == ["Choose a file first."]
