"""The pages of staff: who sees whom, each act with what it will do, and what waits for a second person."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from people import accounts, staff
from people.countries import CODES
from people.models import Proposal, Staff
from tests.people.made import NOON

pytestmark = pytest.mark.django_db


def hired(name: str, role: str = "translator", *countries: str) -> Staff:
    return staff.hire(name, role, countries=countries or ("KE",), password="x")


def signed_in(account: Staff) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def html(answer):
    return answer.content.decode()


@pytest.fixture
def boss(sign_in):
    return sign_in("administrator")


def test_staff_lists_colleagues_of_the_own_countries(boss):
    hired("amina")
    Staff.objects.create(username="root", is_superuser=True)
    near = hired("near", "administrator")
    Staff.objects.filter(pk=near.pk).update(countries=["KE"])
    hired("far", "translator", "ET")

    assert [name in html(boss.get("/staff/")) for name in ("amina", "far", "root")] == [
        True,
        True,
        False,
    ]
    seen = html(signed_in(near).get("/staff/"))
    assert [name in seen for name in ("amina", "far", "a-administrator")] == [True, False, False]


@pytest.mark.parametrize("role", ["manager", "approver", "translator", "monitoring", "protection"])
def test_staff_is_for_administrators(sign_in, role):
    client = sign_in(role, "KE")

    assert client.get("/staff/").status_code == 403
    assert 'href="/staff/"' not in html(client.get("/"))


def test_invite_shows_the_link_this_once(boss):
    form = {"username": "amina", "role": "manager", "countries": ["KE"]}

    answer = boss.post("/staff/invite/", form)

    found = re.search(r'value="http://testserver(/invitation/[\w-]{43}/)"', html(answer))
    assert found
    assert answer["Cache-Control"] == "no-store"
    assert found[1] not in html(boss.get("/staff/"))
    assert "Welcome" in html(Client().get(found[1], follow=True))


@pytest.mark.parametrize("name", ["", "a b", "+254711000001", "A-Administrator"])
def test_invite_explains_what_is_wrong(boss, name):
    answer = boss.post("/staff/invite/", {"username": name, "role": "manager"})

    assert (answer.status_code, Staff.objects.count()) == (422, 1)
    assert 'role="alert"' in html(answer)


def test_invite_asks_for_all_countries_of_an_administrator(boss):
    answer = boss.post(
        "/staff/invite/", {"username": "b", "role": "administrator", "countries": ["KE"]}
    )

    assert (answer.status_code, "all eight countries" in html(answer)) == (422, True)


def test_account_is_changed(boss):
    amina = hired("amina")
    address = reverse("people:account-of", args=[amina.pk])

    answer = boss.post(address, {"role": "manager", "countries": ["KE", "UG"]})

    amina.refresh_from_db()
    assert (answer.url, amina.role_names, amina.countries) == (address, ["manager"], ["KE", "UG"])


def test_account_step_closes_and_opens(boss):
    amina = hired("amina")

    def step(name: str) -> bool:
        boss.post(reverse("people:account-step", args=[amina.pk, name]))
        return Staff.objects.get(pk=amina.pk).is_active

    assert [step("close"), step("open")] == [False, True]


def test_close_says_in_numbers_what_it_does(boss):
    amina = hired("amina")
    signed_in(amina)
    signed_in(amina)

    page = html(boss.get(reverse("people:account-of", args=[amina.pk])))

    assert "2 browsers are signed out" in page


def test_own_account_offers_no_change(boss):
    own = Staff.objects.get()

    page = html(boss.get(reverse("people:account-of", args=[own.pk])))
    answer = boss.post(reverse("people:account-step", args=[own.pk, "close"]), follow=True)

    assert ("Close this account" in page, Staff.objects.get().is_active) == (False, True)
    assert "Somebody else must change your own account." in html(answer)


def test_protection_waits_for_a_second_person(boss):
    amina, officer = hired("amina"), hired("officer", "protection")
    boss.post(
        reverse("people:account-of", args=[amina.pk]), {"role": "protection", "countries": ["KE"]}
    )
    accept = reverse("people:decide", args=[Proposal.objects.get().pk, "accept"])

    own, others = html(boss.get("/staff/")), html(signed_in(officer).get("/staff/proposals/"))
    refused = boss.post(accept, follow=True)
    before = amina.role_names
    confirmed = signed_in(officer).post(accept)

    assert ("/invitation/" in html(confirmed), confirmed["Cache-Control"]) == (True, "no-store")
    assert (accept in own, accept in others) == (False, True)
    assert "Somebody else must confirm this." in html(refused)
    assert (before, amina.role_names) == (["translator"], ["protection"])


def test_proposal_of_another_country_is_not_found(boss):
    by = Staff.objects.get()
    accounts.change(hired("amina"), "protection", ["KE"], by=by, at=NOON)
    far = signed_in(hired("far", "protection", "ET"))

    answer = far.post(reverse("people:decide", args=[Proposal.objects.get().pk, "accept"]))

    assert answer.status_code == 404


def test_confirmed_link_is_shown_to_who_confirms(boss):
    officer, second = hired("officer", "protection"), hired("second", "administrator")

    asked = boss.post(reverse("people:account-step", args=[officer.pk, "link"]), follow=True)
    shown = signed_in(second).post(
        reverse("people:decide", args=[Proposal.objects.get().pk, "accept"])
    )

    assert ("/invitation/" in html(asked), "/invitation/" in html(shown)) == (False, True)
    assert "which <bdi>a-administrator</bdi> was shown" in html(shown)


def code_in(page: str) -> str:
    found = re.search(r'value="([A-Z2-9]{5}-[A-Z2-9]{5})"', page)
    return found[1] if found else ""


def test_invited_approver_comes_in_by_link_and_code_of_two_people(boss):
    """Nobody of staff sees both: the proposer the code, who confirms the link."""
    keen = signed_in(hired("keen", "administrator"))
    form = {"username": "amina", "role": "approver", "countries": ["KE"]}

    asked = html(boss.post("/staff/invite/", form))
    confirmed = html(
        keen.post(reverse("people:decide", args=[Proposal.objects.get().pk, "accept"]))
    )
    link, code = re.search(r"/invitation/[\w-]{43}/", confirmed), code_in(asked)

    assert ("/invitation/" in asked, code_in(confirmed), code in confirmed) == (False, "", False)
    assert link
    assert (comes_in(link[0], "AAAAA-AAAAA"), comes_in(link[0], code)) == (422, 302)
    assert code not in html(boss.get("/staff/")) + html(boss.get("/staff/proposals/"))


def comes_in(link: str, code: str) -> int:
    """The answer to somebody who opens the link and sends a password with this code."""
    browser, password = Client(), "another quite odd sentence"
    assert 'name="code"' in html(browser.get(link, follow=True))
    form = {"code": code, "new_password1": password, "new_password2": password}
    return browser.post(reverse("people:accept"), form).status_code


def test_code_page_of_a_lone_administrator_says_whom_to_ask(boss):
    form = {"username": "amina", "role": "approver", "countries": ["KE"]}

    alone = boss.post("/staff/invite/", form)
    hired("second", "administrator")
    two = boss.post("/staff/invite/", form | {"username": "brian"})

    assert ("createstaff" in html(alone), "createstaff" in html(two)) == (True, False)
    assert (alone["Cache-Control"], "It waits 7 days" in html(two)) == ("no-store", True)


@pytest.mark.parametrize(
    ("role", "button"), [("translator", "Make a link"), ("approver", "Propose a link")]
)
def test_account_says_whether_a_link_takes_two(boss, role, button):
    page = html(boss.get(reverse("people:account-of", args=[hired("amina", role).pk])))

    found = [word for word in ("Make a link", "Propose a link") if f">{word}<" in page]
    assert found == [button]


def test_confirming_says_in_numbers_what_it_does(boss):
    amina = hired("amina")
    signed_in(amina)
    address = reverse("people:account-of", args=[amina.pk])
    boss.post(address, {"role": "approver", "countries": ["KE"]})

    seen = html(signed_in(hired("keen", "administrator")).get("/staff/proposals/"))

    assert "its password and second step end, 1 browser is signed out" in seen


def test_alone_an_administrator_is_told_whom_to_ask(boss):
    amina = hired("amina", "translator", *CODES)
    boss.post(
        reverse("people:account-of", args=[amina.pk]), {"role": "administrator", "countries": CODES}
    )

    assert "createstaff" in html(boss.get("/staff/"))


def test_proposal_is_taken_back(boss):
    boss.post(
        reverse("people:account-of", args=[hired("amina").pk]),
        {"role": "protection", "countries": ["KE"]},
    )

    boss.post(reverse("people:decide", args=[Proposal.objects.get().pk, "decline"]))

    assert Proposal.objects.get().accepted is False
    assert "Nothing waits" in html(boss.get("/staff/proposals/"))
