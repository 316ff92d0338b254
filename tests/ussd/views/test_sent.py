"""The page of texts asked for by SMS."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Answer
from people import staff

pytestmark = pytest.mark.django_db
ROWS = re.compile(r"<th scope=\"row\"[^>]*>(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>")


@pytest.fixture
def look(client):
    """The page as somebody of that role and those countries sees it."""
    staff.install_roles()

    def _look(role="manager", *countries, **headers):
        own = countries or ("KE",)
        client.force_login(staff.hire(f"a-{role}", role, countries=own, password="x"))
        return client.get(reverse("ussd:sent"), **headers)

    return _look


def parcels(count: int, **changes: object) -> None:
    first = Answer.objects.count()
    values = {"country": "KE", "item": "faq-006", "state": "sent", **changes}
    Answer.objects.bulk_create(
        Answer(kind="parcel", reference=f"{first + n}", made_at=timezone.now(), **values)
        for n in range(count)
    )


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def rows(answer) -> dict[str, tuple[str, str]]:
    plain = re.sub(r"</?(strong|span|bdi)[^>]*>", "", text(answer))
    return {
        name.strip(): (today.strip(), week.strip()) for name, today, week in ROWS.findall(plain)
    }


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("administrator", 200),
        ("manager", 200),
        ("monitoring", 200),
        ("approver", 403),
        ("translator", 403),
        ("protection", 403),
    ],
)
def test_page_opens_by_role(look, role, status):
    assert look(role).status_code == status


def test_page_asks_to_sign_in(client):
    assert client.get(reverse("ussd:sent")).status_code == 302


def test_without_wishes_it_says_since_when_and_where_to_go(look):
    page = text(look())

    assert page.count("Nobody has asked for a text since") == 1
    assert page.count(f'href="{reverse("ussd:simulator")}"') == 2  # the place, and the way there


def test_figures_stand_in_rows(look):
    parcels(1200, cost="0.8000", currency="KES")
    parcels(1, state="refused", reason="enough")

    assert rows(look()) == {
        "Asked for": ("1,201", "1,201"),
        "Sent": ("1,200", "1,200"),
        "Of these, arrived": ("0", "0"),
        "Of these, did not arrive": ("0", "0"),
        "Of these, no final receipt": ("1,200", "1,200"),
        "Still to be sent": ("0", "0"),
        "Unknown: it may have been sent": ("0", "0"),
        "Not sent": ("1", "1"),
        "Cost, KES": ("960.00", "960.00"),
        "the number had three texts within a day": ("1", "1"),
        "faq-006 faq-006": ("1,201", "1,201"),
    }


def test_small_numbers_of_items_are_not_on_the_page(look):
    parcels(2)
    parcels(7, item="faq-007")

    shown = rows(look())
    assert (shown["faq-006 faq-006"][1], shown["faq-007 faq-007"][1]) == ("&lt;5", "–")


def test_other_countries_are_not_on_it(look):
    parcels(3, country="ET")

    assert rows(look()) == {}


def test_nobody_without_a_country_is_left_to_wonder(look, client):
    look()
    client.force_login(staff.hire("a-manager", "manager", countries=(), password="x"))

    assert text(client.get(reverse("ussd:sent"))).count("No country is assigned to you") == 1


def test_neither_number_nor_reference_is_on_the_page(look):
    parcels(5, token="t1.anna", number="k1.number.xyz")

    page = text(look())
    assert [word for word in ("t1.anna", "k1.number", "ATUid") if word in page] == []


def test_older_wishes_are_not_counted(look):
    parcels(1)
    Answer.objects.update(made_at=timezone.now() - timedelta(days=8))

    assert rows(look()) == {}
