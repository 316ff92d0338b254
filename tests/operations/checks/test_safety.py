"""Checks of what protects people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people import staff
from people.models import AuditCheck, Rush, Staff
from tests.bot.caseload import case
from tests.campaigns import scene
from tests.operations.checks.found import findings, said, wrong

pytestmark = pytest.mark.django_db


def hire(role: str, *countries: str, email: str = "") -> Staff:
    staff.install_roles()
    return staff.hire(f"a-{role}-{email}", role, countries=countries, password="x", email=email)


def test_accounts_without_the_second_step_are_told():
    hire("approver", "KE")
    hire("translator", "KE")
    demonstrating = hire("protection", "KE")
    Staff.objects.filter(pk=demonstrating.pk).update(demonstration=True)

    assert said("second-step") == [
        "Accounts that cannot do all they may, their second step is not set up: 1."
    ]


def test_country_without_an_officer_is_told(real_gateway):
    scene.people(1, "UG")
    hire("protection", "KE")
    hire("protection", "UG", email="o@njia.example")

    assert said("officers") == ["No protection officer of Kenya has an address for mail."]
    Staff.objects.filter(email="o@njia.example").update(is_active=False)
    assert [(one.country, one.wrong) for one in findings("officers")] == [
        ("KE", False),
        ("UG", True),
    ]


def test_cases_with_nobody_are_told_by_country_and_without_a_word():
    now = timezone.now()
    for entry, minutes in enumerate((20, 40, 5)):
        case(entry, country="KE", heard_at=now - timedelta(minutes=minutes))
    case(8, country="", heard_at=now - timedelta(minutes=16))
    case(9, country="ET", heard_at=now - timedelta(minutes=60), state="taken")

    found = {one.country: one for one in findings("cases", at=now)}

    assert found["KE"].sentence() == "Cases of danger that are with nobody (Kenya): 2."
    assert found["KE"].since == now - timedelta(minutes=40)
    assert found.keys() == {"KE", ""}
    assert "254" not in repr(found)


def test_no_server_for_mail_is_worth_a_look(settings):
    settings.EMAIL_HOST = ""

    assert wrong("mail") == [False]


def test_server_for_mail_that_does_not_answer_is_wrong(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert said("mail") == [
        "The server for mail does not take us (ConnectionRefusedError): no warning and no alarm leaves."
    ]


def test_server_for_mail_that_answers_is_well(settings):
    settings.EMAIL_HOST = "mail.example"  # the test's own backend stands for it

    assert said("mail") == []


@pytest.mark.parametrize(("broken", "found"), [(0, []), (2, [True])])
def test_broken_audit_is_wrong(broken, found):
    AuditCheck.objects.create(at=timezone.now(), entries=5, broken=broken)

    assert wrong("audit") == found


def test_newest_burst_of_each_account_is_told():
    now = timezone.now()
    for minutes, number in ((90, 60), (20, 80)):
        slot = now - timedelta(minutes=minutes)
        Rush.objects.create(slot=slot, what="opt-out", gateway="sim", country="KE", number=number)

    assert said("bursts") == ["80 people ended messages within ten minutes (usually 0.0)."]
    assert [(one.about, one.country) for one in findings("bursts")] == [("sim KE", "KE")]


def test_what_doors_held_back_in_the_last_hour_is_told():
    now = timezone.now()
    rows = [(10, "secret", "", "", 4), (10, "ussd", "sim", "KE", 2), (90, "sms", "sim", "KE", 9)]
    for minutes, what, gateway, country, number in rows:
        slot = now - timedelta(minutes=minutes)
        values = {"what": what, "gateway": gateway, "country": country, "number": number}
        Rush.objects.create(slot=slot, **values)

    assert said("held-back", at=now) == [
        "Somebody guesses the secrets of hooks (4 addresses and minutes).",
        "Requests ussd of sim were held back (2 phones and minutes).",
    ]
