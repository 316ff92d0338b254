"""S6: nothing reveals a sensitive category: no such audience, no referral joined to a number, in no export."""

import csv
import io
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from campaigns.blasts import audiences, discretion
from campaigns.blasts.audience_forms import AudienceForm
from campaigns.models import Audience, Campaign
from people import staff
from people.masking import masked
from people.models import Person, Staff, Tag
from people.staff import ROLES

pytestmark = pytest.mark.django_db
NEVER = {"status", "situation", "item", "topic", "asked", "rule", "case", "referred", "danger"}
ALLOWED = {
    "countries", "districts", "languages", "sexes", "age_bands", "tags", "sent_days", "not_sent_days",
    "had_campaigns", "not_had_campaigns", "share_from", "share_to", "seed", "explicit",
}  # fmt: skip
NAMING = {"token", "stop_token", "number", "subject", "reference", "session", "text"}
TABLES = {
    "analytics:download": ({"period": "2025"}, "monitoring"),
    "ussd:funnel-screens": (
        {"country": "KE", "first": "2026-03-01", "last": "2026-03-02"},
        "monitoring",
    ),
    "people:audit-download": ({}, "administrator"),
}


def columns(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.get_fields()}


def form(**options: Any) -> AudienceForm:
    account = Staff.objects.get_or_create(username="x", defaults={"countries": ["KE"]})[0]
    return AudienceForm(staff=account, **options)


def offered(shown: Any, name: str) -> list[tuple[str, str]]:
    return list(shown.fields[name].choices)


def test_audience_has_no_filter_by_status_or_by_what_was_asked():
    assert columns(Audience) & NEVER == set()
    assert set(form().fields) & NEVER == set()


def test_filters_of_an_audience_are_a_closed_list():
    """A new filter has to be put here too, by somebody who asked whether it gives anybody away."""
    assert set(audiences.FILTERS) == ALLOWED
    assert columns(Audience) - ALLOWED == {"id", "name", "archived_at", "members"}
    assert set(form().fields) - ALLOWED == {"name", "source", "run", "file", "country"}


@pytest.mark.parametrize("tag", ["survivors", "safe house", "Trafficked"])
def test_tag_that_gives_somebody_away_cannot_be_chosen(tag):
    """Not even where it came onto the list before its word was known to give people away."""
    Tag.objects.bulk_create([Tag(name=tag), Tag(name="bus park")])
    told = {"name": "n", "countries": ["KE"], "share_from": 0, "share_to": 100, "seed": 1}
    shown = form(data={**told, "tags": [tag]})

    assert discretion.in_text(tag, "en") != []
    assert [value for value, _label in offered(shown, "tags")] == ["bus park"]
    assert list(shown.errors) == ["tags"]


def test_campaign_of_protection_is_no_filter():
    Campaign.objects.create(code="sea", name="Sea", countries=["KE"])
    Campaign.objects.create(code="shelter", name="Shelter", countries=["KE"], protection=True)

    lists = [offered(form(), name) for name in ("had_campaigns", "not_had_campaigns")]

    assert lists == [[("sea", "Sea")]] * 2


def test_person_row_holds_no_category():
    assert columns(Person) & NEVER == set()


def test_what_was_asked_and_the_number_meet_in_no_table_but_the_cases():
    """A single SMS that waits, or a text on its way to RapidPro, holds both, sealed, for half an hour at most."""
    joined = [
        model._meta.label
        for model in apps.get_models()
        if "number" in columns(model) and columns(model) & (NEVER | {"text"})
    ]

    assert sorted(joined) == ["bot.Case", "campaigns.Answer", "campaigns.Forward"]


@pytest.mark.parametrize("name", TABLES)
def test_export_has_no_column_that_leads_to_somebody(client, name):
    asked, role = TABLES[name]
    staff.install_roles()
    client.force_login(staff.hire("somebody", role, countries=["KE"], password="x"))

    answer = client.get(reverse(name), asked)

    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert answer.status_code == 200
    assert {cell.casefold() for cell in rows[0]} & NAMING == set()
    assert [cell for row in rows for cell in row if masked(cell) != cell] == []


def test_cases_are_seen_by_protection_officers_alone():
    seeing = [code for code, role in ROLES.items() if "bot.view_case" in role.permissions]

    assert seeing == ["protection"]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "protection"])
def test_page_of_cases_is_refused_to_every_other_role(client, role):
    staff.install_roles()
    client.force_login(staff.hire("somebody", role, countries=["KE"], password="x"))

    assert client.get("/admin/bot/case/").status_code in (302, 403, 404)
