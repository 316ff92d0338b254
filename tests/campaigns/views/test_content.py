"""The page of all content, and that of the wordings."""

import pytest
from django.urls import reverse

from campaigns.models import ContentItem, Text
from people import staff
from people.countries import CODES
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db
CONTENTS, WORDINGS = "/content/", "/content/wordings/"


@pytest.fixture
def reader(client):
    staff.install_roles()

    def _reader(role="manager", *countries):
        client.force_login(
            staff.hire(f"a-{role}", role, countries=countries or CODES, password="x")
        )
        return client

    return _reader


@pytest.fixture
def english():
    loaded("en", at=AT)


@pytest.mark.parametrize(
    "role", ["administrator", "manager", "approver", "translator", "protection"]
)
def test_whoever_reads_content_has_the_place(reader, role):
    shown = reader(role).get("/").content.decode()

    assert 'href="/content/"' in shown
    assert reader(role).get(CONTENTS).status_code == 200


def test_monitoring_has_no_such_place(reader):
    assert 'href="/content/"' not in reader("monitoring").get("/").content.decode()


def test_home_leads_a_manager_to_writing(reader):
    assert reverse("campaigns:item-new") in reader().get("/").content.decode()
    assert reverse("campaigns:item-new") not in reader("approver").get("/").content.decode()


def test_home_leads_an_approver_to_the_english_texts_that_wait(reader, english):
    shown = reader("approver").get("/")

    assert shown.context["waiting_texts"] == Text.objects.filter(language="en").count()
    assert reverse("campaigns:translation-reading", args=["en"]) in shown.content.decode()
    assert "waiting_texts" not in reader("manager").get("/").context


def test_empty_page_says_what_to_do(reader):
    shown = reader().get(CONTENTS).content.decode()

    assert "There is no content yet." in shown
    assert reverse("campaigns:item-new") in shown


def test_every_item_is_linked(reader, english):
    shown = reader().get(CONTENTS).content.decode()

    codes = (
        ContentItem.objects.exclude(kind="wording")
        .exclude(code="main")
        .values_list("code", flat=True)
    )
    assert [code for code in codes if f'href="/content/{code}/"' not in shown] == []


def test_manager_of_one_country_sees_its_own_and_what_is_for_all(reader, english):
    found = reader("manager", "KE").get(CONTENTS).context["found"]

    codes = {row.item.code: row.item.countries for row in found.rows}
    assert all(not countries or "KE" in countries for countries in codes.values())


def test_search_gives_the_list_alone_to_htmx(reader, english):
    client = reader()
    part = client.get(CONTENTS, {"q": "faq-006"}, headers={"HX-Request": "true"})
    whole = client.get(
        CONTENTS,
        {"q": "faq-006"},
        headers={"HX-Request": "true", "HX-History-Restore-Request": "true"},
    )

    assert (b"<html" in part.content, b"<html" in whole.content) == (False, True)
    assert (part.context["number"], "HX-Request" in part["Vary"]) == (1, True)


def test_search_that_finds_nothing_says_so(reader, english):
    shown = reader().get(CONTENTS, {"q": "no such words"}).content.decode()

    assert "Nothing is found for this." in shown


def test_what_waits_is_counted(reader, english):
    Text.objects.filter(item__code="faq-006").update(status="returned")

    counted = reader().get(CONTENTS).context["counted"]

    items = ContentItem.objects.exclude(kind__in=["wording", "menu"]).count()
    assert (counted["items"], counted["returned"], counted["stale"]) == (items, 1, 0)


def test_wordings_are_found_and_linked(reader, english):
    shown = reader().get(WORDINGS, {"q": "ussd.back"}, headers={"HX-Request": "true"})

    assert [group.prefix for group in shown.context["groups"]] == ["ussd"]
    assert 'href="/content/ui.ussd.back/"' in shown.content.decode()


def test_page_of_wordings_without_any_says_how_to_load_them(reader):
    assert "No words of the screens are loaded yet." in reader().get(WORDINGS).content.decode()


def test_pages_ask_a_fixed_number_of_queries(reader, english, django_assert_max_num_queries):
    client = reader()
    client.get(CONTENTS)
    with django_assert_max_num_queries(14):
        client.get(CONTENTS)
    with django_assert_max_num_queries(14):
        client.get(WORDINGS)
