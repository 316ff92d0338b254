"""S6: nothing reveals a sensitive category: no such audience, no referral joined to a number, in no export."""

import csv
import io

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from campaigns.forms import AudienceForm
from campaigns.models import Audience
from people import staff
from people.masking import masked
from people.models import Person
from people.staff import ROLES

pytestmark = pytest.mark.django_db
NEVER = {"status", "situation", "item", "topic", "asked", "rule", "case", "referred", "danger"}
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


def test_audience_has_no_filter_by_status_or_by_what_was_asked():
    assert columns(Audience) & NEVER == set()
    assert set(AudienceForm().fields) & NEVER == set()


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
