"""The pages of people and of lists: masked numbers of the own countries, an upload from preview to import."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from analytics import networks
from people import consent, staff, uploaded
from people.models import ImportRun, Person, Staff
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db


def upload(client, text, **fields):
    data = {"country": "KE", "basis": "consent-form", "evidence": "forms 1 to 9"} | fields
    return client.post(
        reverse("people:import"), data | {"file": SimpleUploadedFile("list.csv", text.encode())}
    )


@pytest.mark.parametrize("name", ["people:list", "people:import"])
def test_pages_ask_to_sign_in(client, name):
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize(
    ("role", "people", "imports"),
    [
        ("administrator", 200, 200),
        ("manager", 200, 200),
        ("approver", 403, 403),
        ("translator", 403, 403),
        ("monitoring", 403, 403),
        ("protection", 200, 403),
    ],
)
def test_pages_open_by_role(sign_in, role, people, imports):
    client = sign_in(role, "KE")

    assert [client.get(reverse(name)).status_code for name in ("people:list", "people:import")] == [
        people,
        imports,
    ]


def test_list_shows_masked_numbers_of_the_own_countries(sign_in):
    person(1)
    consent.begin("+251911000001", consent.Ground("sms-optin", "START", NOON, language="am"))

    page = sign_in("manager", "KE").get(reverse("people:list")).content.decode()

    assert "+254•••••••01" in page
    assert [
        secret
        for secret in (number(1), number(1)[4:], "+251", Person.objects.get(country="KE").token)
        if secret in page
    ] == []


def test_list_counts_who_may_be_sent_to(sign_in):
    person(1)
    person(2)
    consent.end(number(2), how="word", at=NOON)

    overview = sign_in("manager", "KE").get(reverse("people:list")).context["overview"]

    assert (
        overview.people,
        overview.sendable,
        [(group.code, group.language, group.people) for group in overview.groups],
    ) == (2, 1, [("KE", "Kiswahili", 2)])


def test_list_goes_on_to_older_people(sign_in, monkeypatch):
    monkeypatch.setattr("people.pages.PAGE", 2)
    for index in range(5):
        person(index)
    client, seen, following = sign_in("manager", "KE"), [], None

    for _page in range(3):
        query = {"country": "KE", "before": following or ""}
        page = client.get(reverse("people:list"), query).context
        seen += [line.number[-2:] for line in page["lines"]]
        following = page["following"]

    assert (seen, following) == (["04", "03", "02", "01", "00"], None)


def test_list_of_nobody_says_what_to_do(sign_in):
    assert (
        "Nobody is here yet"
        in sign_in("manager", "KE").get(reverse("people:list")).content.decode()
    )


def test_page_tells_how_numbers_of_the_staffs_countries_ended_messages(sign_in):
    for at, how in enumerate(("provider", "provider", "word")):
        consent.end(number(at), how=how, at=NOON)
    consent.end("+251911000001", how="menu", at=NOON)

    page = sign_in("manager", "KE").get(reverse("people:list")).content.decode()

    assert re.findall(r"<li>(.*?)</li>", page.partition('id="ended"')[2].partition("</ul>")[0]) == [
        "at the network or the provider, who told us: 2",
        "wrote STOP, or the like in their language: 1",
    ]


def test_upload_previews_then_imports(sign_in):
    client = sign_in("manager", "KE")

    answer = upload(client, f"phone\n{number(1)}\n{number(2)}\nMTN\n")
    run = ImportRun.objects.get()
    assert (answer.status_code, answer.url, run.dry_run) == (
        302,
        reverse("people:import-run", args=[run.pk]),
        True,
    )

    uploaded.work_off(at=NOON)
    page = client.get(answer.url).content.decode()
    assert "Add 2 people" in page
    assert "<li>Line 4: letters in the number</li>" in page
    assert "<li>letters in the number: 1</li>" in page
    assert Person.objects.count() == 0

    client.post(reverse("people:import-confirm", args=[run.pk]))
    uploaded.work_off(at=NOON)
    run.refresh_from_db()
    assert (run.state, run.added, Person.objects.count(), run.by) == (
        "done",
        2,
        2,
        Staff.objects.get(),
    )


def test_preview_says_in_words_what_stands_out(sign_in):
    client = sign_in("manager", "KE")
    answer = upload(client, f"phone,district\n{number(1)},Garissa\n{number(2)},Dadaab camp\n")

    uploaded.work_off(at=NOON)

    page = client.get(answer.url).content.decode()
    assert re.findall(r"<li>(.*?)</li>", page.partition('id="run"')[2]) == [
        "the district is not in the list of its country: 1"
    ]


def test_upload_keeps_to_the_staffs_countries(sign_in):
    upload(sign_in("manager", "KE"), f"phone\n{number(1)}\n+251911000001\n")

    uploaded.work_off(at=NOON)

    assert ImportRun.objects.values_list("added", "refused").get() == (1, {"other-country": 1})


@pytest.mark.parametrize(
    "fields",
    [{"basis": ""}, {"evidence": ""}, {"evidence": "   "}, {"country": "ET"}, {"basis": "bought"}],
)
def test_upload_without_grounds_is_refused(sign_in, fields):
    answer = upload(sign_in("manager", "KE"), f"phone\n{number(1)}\n", **fields)

    assert (answer.status_code, ImportRun.objects.count()) == (422, 0)


def test_upload_of_a_bad_list_says_why(sign_in):
    answer = upload(sign_in("manager", "KE"), "name\nx\n")

    assert answer.status_code == 422
    assert "The first line must name the columns" in answer.content.decode()


def test_a_failed_reading_says_why_in_words(sign_in):
    client = sign_in("manager", "KE")
    answer = upload(client, f"phone\n{number(1)}\n")
    ImportRun.objects.update(
        state="failed", error="Line %(line)s cannot be read.", error_values={"line": 7}
    )

    assert "Line 7 cannot be read." in client.get(answer.url).content.decode()


def test_progress_is_a_fragment_that_asks_again_while_it_runs(sign_in):
    client = sign_in("manager", "KE")
    address = upload(client, f"phone\n{number(1)}\n").url

    waiting = client.get(address, headers={"HX-Request": "true"}).content.decode()
    uploaded.work_off(at=NOON)
    done = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert ("<html" in waiting, "hx-trigger" in waiting, "hx-trigger" in done) == (
        False,
        True,
        False,
    )


def test_runs_of_other_countries_are_not_found(sign_in):
    upload(sign_in("manager", "KE"), f"phone\n{number(1)}\n")
    run = ImportRun.objects.get()

    client = sign_in("administrator")
    assert client.get(reverse("people:import-run", args=[run.pk])).status_code == 200
    client.logout()
    other = staff.hire("other", "manager", countries=["ET"], password="x")
    client.force_login(other)
    assert client.get(reverse("people:import-run", args=[run.pk])).status_code == 404
    assert client.post(reverse("people:import-confirm", args=[run.pk])).status_code == 404


def test_confirm_twice_says_that_it_was_done(sign_in):
    client = sign_in("manager", "KE")
    upload(client, f"phone\n{number(1)}\n")
    run = ImportRun.objects.get()
    uploaded.work_off(at=NOON)
    confirm = reverse("people:import-confirm", args=[run.pk])

    client.post(confirm)
    answer = client.post(confirm, follow=True)

    assert "imported already" in answer.content.decode()


@pytest.mark.parametrize(
    "model", ["staff", "person", "suppression", "importrun", "consent", "reveal"]
)
def test_administration_pages_open(sign_in, model):
    person(1)
    consent.end(number(2), how="word", at=NOON)

    assert (
        sign_in("administrator").get(reverse(f"admin:people_{model}_changelist")).status_code == 200
    )


def test_administration_names_a_persons_network(sign_in):
    networks.load()
    known = person(1, network="63902")

    page = sign_in("administrator").get(reverse("admin:people_person_change", args=[known.pk]))

    assert "Safaricom" in page.content.decode()


def test_administration_of_people_is_masked_and_read_only(sign_in):
    known = person(1)
    client = sign_in("administrator")

    listed = client.get(reverse("admin:people_person_changelist")).content.decode()
    single = client.get(reverse("admin:people_person_change", args=[known.pk])).content.decode()

    assert "+254•••••••01" in listed
    assert [
        text
        for text in (number(1), number(1)[4:], known.token, known.number)
        if text in listed + single
    ] == []
    assert (
        client.post(reverse("admin:people_person_change", args=[known.pk]), {}).status_code == 403
    )
    assert (
        client.post(
            reverse("admin:people_person_delete", args=[known.pk]), {"post": "yes"}
        ).status_code
        == 403
    )


def test_administration_keeps_to_the_own_countries(sign_in):
    known = person(1)

    client = sign_in("manager", "ET")

    assert client.get(reverse("admin:people_person_change", args=[known.pk])).status_code == 302
    assert "+254" not in client.get(reverse("admin:people_person_changelist")).content.decode()


def test_administration_of_staff_shows_no_password_and_changes_nothing(sign_in):
    client = sign_in("administrator")
    colleague = staff.hire("amina", "translator", countries=["KE"], password="a secret sentence")
    address = reverse("admin:people_staff_change", args=[colleague.pk])

    page = client.get(address).content.decode()

    assert reverse("people:account-of", args=[colleague.pk]) in page
    assert [
        text
        for text in (colleague.password, "md5", "a secret", "is_superuser", "user_permissions")
        if text in page
    ] == []
    assert client.post(address, {"username": "other"}).status_code == 403


def test_administration_of_staff_is_for_administrators(sign_in):
    assert sign_in("manager", "KE").get(reverse("admin:people_staff_changelist")).status_code == 403


def test_one_number_is_shown_for_a_reason(sign_in):
    address = reverse("people:reveal", args=[person(1).pk])
    client = sign_in("protection", "KE")

    asked = client.get(address)
    refused = client.post(address, {"reason": ""})
    shown = client.post(address, {"reason": "asked to be called back"})

    assert [answer.status_code for answer in (asked, refused, shown)] == [200, 403, 200]
    assert [number(1) in answer.content.decode() for answer in (asked, refused, shown)] == [
        False,
        False,
        True,
    ]
    assert shown["Cache-Control"] == "no-store"


def test_numbers_are_hidden_from_everybody_else(sign_in):
    address = reverse("people:reveal", args=[person(1).pk])

    assert (
        sign_in("administrator").post(address, {"reason": "I would like to know"}).status_code
        == 403
    )


def test_numbers_of_other_countries_are_not_found(sign_in):
    address = reverse("people:reveal", args=[person(1).pk])

    assert sign_in("protection", "UG").get(address).status_code == 404
