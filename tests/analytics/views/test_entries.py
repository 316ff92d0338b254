"""Events and radio on pages: entered, corrected, withdrawn, their evidence handed out to whom it concerns."""

import hashlib
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from analytics import attachments, entries
from analytics.models import Entry
from tests.analytics.told import ACT, MARKET
from tests.analytics.views.pages import alerts, page_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 invented"
TOLD = {
    "kind": "event",
    "title": "Market day (invented)",
    "on": "2025-05-20",
    "country": "KE",
    "indicators": ["3.3", "3.11"],
    "people": "120",
    "method": "sheet",
}
RADIO = TOLD | {"kind": "radio", "indicators": ["3.3"], "method": "survey", "explained": "survey"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def sheet(content=PDF, name="sheet.pdf"):
    return SimpleUploadedFile(name, content)


def address(name, entry):
    return reverse(f"analytics:{name}", args=[entry.pk])


def test_event_is_entered_with_its_evidence(sign_in):
    answer = sign_in("monitoring", "KE").post(
        reverse("analytics:entry-new"), TOLD | {"file": sheet()}, follow=True
    )

    one = Entry.objects.get()
    digest = hashlib.sha256(PDF).hexdigest()
    assert (one.people, one.indirect, one.evidence, one.entered_by) == (
        *(120, False, digest),
        "a-monitoring",
    )
    assert page_of(answer).count(digest) == 1


def test_districts_of_the_chosen_country_are_offered(sign_in):
    told = page_of(sign_in("monitoring", "KE").get(reverse("analytics:entry-new")))

    assert told.count(f'hx-get="{reverse("people:district-names")}"') == 1
    assert told.count('list="districts"') == 1


def test_broadcast_is_indirect_whatever_is_ticked(sign_in):
    sign_in("manager", "KE").post(reverse("analytics:entry-new"), RADIO)

    assert Entry.objects.get().indirect is True


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (
            RADIO | {"explained": ""},
            "Say how the audience was estimated: from which figures, of when.",
        ),
        (TOLD | {"people": "12.5"}, "Enter a whole number."),
        (
            TOLD | {"country": "UG"},
            "Select a valid choice. UG is not one of the available choices.",
        ),
        (
            TOLD | {"kind": "concert"},
            "Select a valid choice. concert is not one of the available choices.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_no_file_is_kept(sign_in, told, wrong):
    answer = sign_in("manager", "KE").post(reverse("analytics:entry-new"), told | {"file": sheet()})

    assert (answer.status_code, alerts(answer)) == (422, [wrong])
    assert (Entry.objects.count(), list(attachments.folder().iterdir())) == (0, [])


def test_file_that_is_not_what_it_says_is_refused(sign_in):
    told = TOLD | {"file": sheet(b"MZ")}

    answer = sign_in("manager", "KE").post(reverse("analytics:entry-new"), told)

    assert alerts(answer) == ["What is in the file is not what its name ends with: .pdf."]


def test_correction_shows_what_stood_before(sign_in):
    client, first = sign_in("manager", "KE"), entries.enter(MARKET, ACT)

    page = page_of(
        client.post(
            address("entry-correct", first),
            TOLD | {"people": "98", "why": "Counted again"},
            follow=True,
        )
    )

    assert re.findall(r"<dd class=\"col-sm-8\">(\d+), direct", page) == ["98", "120"]
    assert re.findall(r"<dd class=\"col-sm-8\">(Kenya)(?:, <bdi>(\w+))?", page) == [
        ("Kenya", ""),
        ("Kenya", "Turkana"),
    ]
    assert "This row was replaced" in page_of(client.get(address("entry", first)))


def test_withdrawn_entry_leaves_the_list_and_can_be_found(sign_in):
    client, first = sign_in("manager", "KE"), entries.enter(MARKET, ACT)

    client.post(address("entry-withdraw", first), {"why": "Entered twice"})

    listed = [
        page_of(client.get(reverse("analytics:entries"), seen)) for seen in ({}, {"withdrawn": 1})
    ]
    assert [page.count("Market day talk (invented)") for page in listed] == [0, 1]


def test_withdrawal_without_a_reason_changes_nothing(sign_in):
    client, first = sign_in("manager", "KE"), entries.enter(MARKET, ACT)

    answer = client.post(address("entry-withdraw", first), {"why": ""}, follow=True)

    assert page_of(answer).count("Say why it changes.") == 1
    assert Entry.objects.count() == 1


# --- evidence --------------------------------------------------------------------------------------


def shown(country="KE"):
    kept = attachments.keep("sheet.pdf", [PDF])
    return entries.enter(replace(MARKET, country=country), replace(ACT, evidence=kept))


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("monitoring", 200),
        ("manager", 200),
        ("administrator", 200),
        ("approver", 403),
        ("translator", 403),
    ],
)
def test_evidence_is_handed_to_its_roles_alone(sign_in, role, code):
    assert sign_in(role, "KE").get(address("entry-evidence", shown())).status_code == code


def test_evidence_comes_as_a_file_and_not_into_a_page(sign_in):
    one = shown()

    answer = sign_in("monitoring", "KE").get(address("entry-evidence", one))

    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (
        *(PDF, "application/octet-stream"),
        "no-store",
    )
    assert answer["Content-Disposition"] == f'attachment; filename="entry-{one.pk}.pdf"'


def test_entries_of_another_country_are_not_there(sign_in):
    client, one = sign_in("monitoring", "KE"), shown("UG")

    codes = [client.get(address(name, one)).status_code for name in ("entry", "entry-evidence")]

    assert codes == [404, 404]


def test_changed_evidence_is_not_handed_out(sign_in):
    one = shown()
    (attachments.folder() / one.evidence).write_bytes(b"%PDF-1.7 forged")

    assert sign_in("monitoring", "KE").get(address("entry-evidence", one)).status_code == 404


@pytest.mark.parametrize(
    ("countries", "words"),
    [
        (["KE"], "No event or broadcast yet."),
        ([], "No country is assigned to you, so there is nothing to show."),
    ],
)
def test_empty_list_says_why(sign_in, countries, words):
    page = page_of(sign_in("manager", *countries).get(reverse("analytics:entries")))

    assert page.count(words) == 1


def test_list_costs_the_same_however_many_there_are(sign_in, django_assert_max_num_queries):
    for _ in range(30):
        entries.enter(MARKET, ACT)
    client = sign_in("manager", "KE")

    with django_assert_max_num_queries(7):
        client.get(reverse("analytics:entries"))
