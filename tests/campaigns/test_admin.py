"""The administration: every list and form opens, nobody changes what is not theirs, nothing is deleted."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from analytics import networks
from campaigns.models import (
    Campaign,
    Price,
    Source,
)
from people import staff
from people.countries import CODES
from people.models import Staff
from ussd.models import Call

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role, *countries):
        client.force_login(staff.hire(f"a-{role}", role, countries=countries, password="x"))
        return client

    return _sign_in


@pytest.fixture
def rows():
    """One row of each table."""
    return [
        Campaign.objects.create(code="sea", name="Sea", countries=["KE"]),
        Price.objects.create(
            gateway="sim", country="KE", per_part="0.8", currency="KES", valid_from=NOW
        ),
        Source.objects.create(code="S01", publisher="IOM", title="Report"),
        Call.objects.create(gateway="sim", session="1", country="KE", began_at=NOW),
    ]


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def add(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def every_page(rows):
    pages = ["/admin/", "/admin/search/?s=sea"]
    for model in admin.site._registry:
        pages += [list_of(model), f"{list_of(model)}?q=a", add(model)]
    return [*pages, *map(change, rows)]


@pytest.mark.parametrize("role", ["administrator", "manager"])
def test_every_page_opens_or_is_forbidden(sign_in, rows, role):
    client = sign_in(role, "KE")

    answers = {address: client.get(address).status_code for address in every_page(rows)}

    assert set(answers.values()) <= {200, 403}
    assert answers["/admin/"] == answers[list_of(Campaign)] == 200


def test_superuser_opens_every_page(client, rows):
    client.force_login(Staff.objects.create_superuser("root", countries=["KE"]))

    answers = {address: client.get(address).status_code for address in every_page(rows)}

    closed = {address for address, status in answers.items() if status == 403}
    assert set(answers.values()) == {200, 403}
    assert [address for address in closed if not address.endswith("/add/")] == []


@pytest.mark.parametrize("role", ["approver", "translator", "monitoring", "protection"])
def test_other_roles_do_not_enter(sign_in, role):
    assert sign_in(role, "KE").get("/admin/").status_code == 302


def test_nothing_can_be_deleted_even_by_a_superuser(client, rows):
    client.force_login(Staff.objects.create_superuser("root", countries=["KE"]))

    for row in rows:
        names = f"{row._meta.app_label}_{row._meta.model_name}"
        assert (
            client.post(
                reverse(f"admin:{names}_delete", args=[row.pk]), {"post": "yes"}
            ).status_code
            == 403
        )
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        client.post(list_of(type(row)), chosen)

    assert [type(row).objects.filter(pk=row.pk).exists() for row in rows] == [True] * len(rows)


def test_other_countries_are_out_of_sight(sign_in, rows):
    client = sign_in("manager", "ET")
    mine = [row for row in rows if isinstance(row, (Campaign, Price))]

    assert [client.get(change(row)).status_code for row in mine] == [302] * 2
    assert [client.get(list_of(type(row))).context["cl"].result_count for row in mine] == [0] * 2


def test_networks_are_named_and_their_codes_kept(client):
    client.force_login(Staff.objects.create_superuser("root", countries=["KE"]))
    networks.load()
    for code in ("63902", "63905", ""):
        Price.objects.create(
            gateway="sim", country="KE", network=code, per_part=1, currency="KES", valid_from=NOW
        )
    Call.objects.create(gateway="sim", session="2", country="KE", network="63601", began_at=NOW)

    pages = [client.get(list_of(model)).content.decode() for model in (Price, Call)]

    cells = [re.findall(r"field-operator[^>]*>([^<]*)<", page) for page in pages]
    assert [sorted(map(str.strip, found)) for found in cells] == [
        ["63905", "Safaricom", "all others"],
        ["Ethio telecom"],
    ]
    assert Call.objects.get().network == "63601"


def test_what_serves_all_countries_is_changed_only_by_who_holds_all(sign_in):
    campaign = Campaign.objects.create(code="all", name="Everywhere")
    told = {"code": "all", "name": "Elsewhere", "cap": 2, "cap_days": 7}

    kenyan = sign_in("manager", "KE").post(change(campaign), told).status_code
    regional = sign_in("manager", *CODES).post(change(campaign), told).status_code

    campaign.refresh_from_db()
    assert (kenyan, regional, campaign.name) == (403, 302, "Elsewhere")


def test_countries_beyond_the_own_cannot_be_chosen(sign_in):
    client = sign_in("manager", "KE")
    told = {"code": "horn", "name": "Horn", "cap": 2, "cap_days": 7}

    refused = client.post(add(Campaign), told | {"countries": ["KE", "ET"]})
    client.post(add(Campaign), told | {"countries": ["KE"]})

    assert refused.status_code == 200
    assert [(one.code, one.countries) for one in Campaign.objects.all()] == [("horn", ["KE"])]


@pytest.mark.parametrize(
    ("told", "errors"),
    [
        ({"budget": "10"}, {"currency": ["Name the currency of the budget."]}),
        ({"starts": "2026-02-01", "ends": "2026-01-01"}, {"ends": ["It ends before it starts."]}),
    ],
)
def test_campaign_that_makes_no_sense_is_refused(sign_in, told, errors):
    answer = sign_in("manager", "KE").post(
        add(Campaign),
        {"code": "sea", "name": "Sea", "countries": ["KE"], "cap": 2, "cap_days": 7} | told,
    )

    assert answer.context["adminform"].form.errors == errors


def test_what_was_changed_and_by_whom_is_kept(sign_in, rows):
    source = Source.objects.get()
    sign_in("administrator", "KE").post(
        change(source), {"code": "S01", "publisher": "Other", "title": "Report"}
    )

    assert [str(entry.user) for entry in LogEntry.objects.all()] == ["a-administrator"]
