"""Who agreed to one campaign alone is sent to until its last day, and not a day longer."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from people import consent, importing
from people.importing import Order
from people.lists import BadList
from people.models import Consent, ImportRun, Person
from tests.people.made import NOON, number, write
from tests.people.views.conftest import sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
LIST = f"phone\n{number(1)}\n"
TODAY = timezone.localdate()
DAY = timedelta(days=1)


def take_in(path, ends_on=None):
    order = Order("KE", "consent-form", "forms 1 to 9", ends_on=ends_on)
    return importing.import_list(write(path, LIST), order, at=NOON)


@pytest.mark.parametrize(("days", "sendable"), [(0, 1), (1, 1), (-1, 0)])
def test_consent_holds_to_its_last_day(tmp_path, days, sendable):
    take_in(tmp_path, TODAY + 400 * DAY)
    Consent.objects.update(ends_on=TODAY + days * DAY)

    assert consent.sendable().count() == sendable


def test_consent_without_a_last_day_holds_until_stop(tmp_path):
    take_in(tmp_path)

    assert consent.sendable().count() == 1


def test_run_and_consent_keep_the_day(tmp_path):
    run = take_in(tmp_path, TODAY)

    assert (run.ends_on, Consent.objects.get().ends_on) == (TODAY, TODAY)


def test_campaign_that_is_over_is_refused(tmp_path):
    with pytest.raises(BadList, match="The campaign is over"):
        take_in(tmp_path, TODAY - DAY)

    assert not Person.objects.exists()


def test_new_list_is_the_ground_of_who_agreed_to_a_campaign_now_over(tmp_path):
    take_in(tmp_path, TODAY)
    Consent.objects.update(ends_on=TODAY - DAY)

    run = take_in(tmp_path)

    assert (run.added, run.known) == (0, 1)
    assert Person.objects.get().basis == run.consent
    assert consent.sendable().count() == 1


def test_new_list_overwrites_no_consent_that_still_holds(tmp_path):
    first = take_in(tmp_path, TODAY)

    take_in(tmp_path)

    assert Person.objects.get().basis == first.consent


def test_start_is_a_ground_for_more_than_the_campaign(tmp_path):
    take_in(tmp_path, TODAY)

    consent.begin(number(1), consent.Ground("sms-optin", "START, then YES", NOON))

    assert Person.objects.values_list("basis__ends_on", flat=True).get() is None


def test_command_takes_the_day(tmp_path):
    told = StringIO()
    file, until = write(tmp_path, LIST), f"{TODAY:%Y-%m-%d}"

    call_command(
        "import_people", file, country="KE", basis="consent-form", evidence="forms", until=TODAY, stdout=told
    )  # fmt: skip
    assert Consent.objects.get().ends_on == TODAY

    with pytest.raises(CommandError):
        call_command("import_people", file, f"--until={until[:7]}", "--country=KE")


@pytest.mark.parametrize(("until", "kept"), [("", None), (TODAY.isoformat(), TODAY)])
def test_page_takes_the_day(sign_in, until, kept):  # noqa: F811
    data = {"country": "KE", "basis": "consent-form", "evidence": "forms", "ends_on": until}
    file = SimpleUploadedFile("list.csv", LIST.encode())

    answer = sign_in("manager", "KE").post(reverse("people:import"), data | {"file": file})

    assert answer.status_code == 302
    assert ImportRun.objects.get().ends_on == kept
    assert ("only until" in sign_in("manager", "KE").get(answer.url).content.decode()) is bool(kept)
