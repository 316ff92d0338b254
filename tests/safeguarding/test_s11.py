"""S11: proof of opt-in: channel, text, language, time; lists need a basis and evidence; without them nobody is sent to."""

import pytest
from django.core.management import CommandError, call_command

from people import consent, identity, importing
from people.importing import Order
from people.lists import BadList
from people.models import Consent, Person
from tests.campaigns import scene
from tests.people.made import NOON, number, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path, settings):
    settings.DATA = tmp_path
    return write(tmp_path, f"phone\n{number(1)}\n{number(2)}\n")


@pytest.mark.parametrize(
    ("basis", "evidence"),
    [
        ("", "forms 1 to 9"),
        ("because", "forms 1 to 9"),
        ("consent-form", ""),
        ("consent-form", "  "),
    ],
)
def test_list_without_basis_or_evidence_yields_nobody(file, basis, evidence):
    with pytest.raises(BadList):
        importing.import_list(file, Order("KE", basis, evidence), at=NOON)

    assert (Person.objects.count(), consent.sendable().count()) == (0, 0)


def test_shell_asks_for_both(file):
    with pytest.raises(CommandError):
        call_command("import_people", str(file), "--country", "KE", "--basis", "consent-form")
    assert Person.objects.count() == 0


def test_list_with_both_is_covered_by_one_consent_that_says_so(file):
    importing.import_list(file, Order("KE", "consent-form", "forms 1 to 9"), at=NOON)

    row = Consent.objects.get()
    assert (row.basis, row.evidence, row.given_at) == ("consent-form", "forms 1 to 9", NOON)
    assert consent.sendable().count() == 2


def test_whose_basis_is_gone_is_sent_nothing(file):
    importing.import_list(file, Order("KE", "consent-form", "forms 1 to 9"), at=NOON)

    Person.objects.filter(token=identity.token(f"tel:{number(1)}")).update(basis=None)

    assert consent.sendable().count() == 1


@pytest.mark.django_db(transaction=True)
def test_start_by_sms_is_kept_with_channel_language_and_time(full_site):
    phone = scene.number(0)
    full_site.sms("START", phone, "sms-1")
    full_site.fold()
    assert Consent.objects.count() == 0
    full_site.sms("YES", phone, "sms-2")
    full_site.fold()
    assert Consent.objects.count() == 0
    full_site.sms("2", phone, "sms-3")  # 18 or older
    full_site.fold()

    row = Consent.objects.get()
    assert (row.basis, row.channel, row.evidence) == (
        "sms-optin",
        "sms",
        "START and YES, sms sms-3",
    )
    assert row.language in {"en", "sw"}
    assert Person.objects.get().basis == row
