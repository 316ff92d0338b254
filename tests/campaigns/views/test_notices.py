"""The notice in each language, as a part of the page of a country."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from campaigns.models import ContentItem, Sort, Status, Text
from people import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wordings():
    item = ContentItem.objects.create(code="ui.ussd.who_notice", kind=Sort.WORDING)
    ContentItem.objects.create(code="ui.ussd.who_age", kind=Sort.WORDING)
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    said = {"item": item, "status": Status.APPROVED, "digest": "1", "made_at": at}
    Text.objects.create(language="en", body="You may <skip> this.", **said)


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role, *countries):
        client.force_login(staff.hire(f"a-{role}", role, countries=countries, password="x"))
        return client

    return _sign_in


def address(country="KE"):
    return reverse("campaigns:notices", args=[country])


@pytest.mark.parametrize(
    ("role", "status"),
    [("administrator", 200), ("translator", 200), ("approver", 200), ("monitoring", 403)],
)
def test_part_opens_by_role(sign_in, role, status):
    assert sign_in(role, "KE").get(address()).status_code == status


def test_part_of_another_country_is_not_there(sign_in):
    client = sign_in("translator", "KE")

    assert [client.get(address(country)).status_code for country in ("UG", "XX")] == [404, 404]


def test_part_says_the_words_and_where_they_stand(sign_in):
    page = re.sub(r"\s+", " ", sign_in("translator", "KE").get(address()).content.decode())

    rows = {re.search(r"translation/(\w+)/", row)[1]: row for row in page.split("<li")[1:]}  # type: ignore[index]
    assert list(rows) == ["sw", "en", "so", "om"]
    assert '<p class="mb-1" lang="en" dir="auto">You may &lt;skip&gt; this.</p>' in rows["en"]
    assert '<span class="state state-approved">approved</span>' in rows["en"]
    assert "1 wording is missing: what it belongs to is not asked in this language." in rows["en"]
    assert '<span class="state state-none">missing</span>' in rows["sw"]
    assert "open it and write it." in rows["sw"]
