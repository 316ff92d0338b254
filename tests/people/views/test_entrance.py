"""The way in: signing in, and the link of an invitation, which leaves no trace in an address."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import inviting, staff
from people.models import PageSession, Staff

pytestmark = pytest.mark.django_db
LONG = "a long and unusual sentence"
PHONE = "Mozilla/5.0 (Linux; Android 13; K) Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def amina() -> Staff:
    staff.install_roles()
    return staff.hire("amina", "manager", countries=["KE"], password=LONG)


def link(account: Staff) -> str:
    token = inviting.link(account, by=None, at=timezone.now()).token
    return reverse("people:invitation", args=[token])


def told(password: str = "another quite odd sentence") -> dict[str, str]:
    return {"new_password1": password, "new_password2": password}


def test_signing_in_tells_the_session_its_browser(client, amina):
    form = {"username": "amina", "password": LONG}

    client.post(reverse("login"), form, headers={"User-Agent": PHONE})

    assert list(PageSession.objects.values_list("staff", "browser")) == [
        (amina.pk, "Chrome, Android")
    ]


def test_administration_has_no_entrance_of_its_own(client, amina):
    assert client.get("/admin/login/?next=/admin/").url == reverse("login")
    assert client.post("/admin/login/", {"username": "amina", "password": LONG}).url == reverse(
        "login"
    )
    assert client.get("/").status_code == 302


def test_link_leads_to_an_address_without_it(client, amina):
    answer = client.get(link(amina))

    assert (answer.url, answer["Cache-Control"].split(", ")[-1]) == ("/invitation/", "private")
    assert "amina" in client.get(answer.url).content.decode()


def test_link_sets_the_password_and_signs_in(client, amina):
    page = client.get(link(amina), follow=True)

    answer = client.post(reverse("people:accept"), told())

    assert (page.status_code, answer.url, client.get("/").status_code) == (200, "/", 200)
    amina.refresh_from_db()
    assert amina.check_password("another quite odd sentence")
    assert client.post(reverse("people:accept"), told()).status_code == 410


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "amina.warsame1"])
def test_link_refuses_an_easy_password(client, amina, password):
    Staff.objects.update(username="amina.warsame")
    client.get(link(amina))

    answer = client.post(reverse("people:accept"), told(password))

    amina.refresh_from_db()
    assert (answer.status_code, amina.check_password(LONG)) == (422, True)


def test_link_of_nobody_is_explained(client):
    client.get(reverse("people:invitation", args=["x" * 43]))

    answers = client.get(reverse("people:accept")), Client().get(reverse("people:accept"))

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "older than 72 hours" in answers[0].content.decode()


def test_link_signs_out_whoever_was_here(client, amina):
    client.force_login(Staff.objects.create(username="boss"))

    client.get(link(amina))

    assert client.get("/").status_code == 302
