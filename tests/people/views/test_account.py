"""The page of the own account: the own browsers, and a password that only who knows the old one changes."""

import pytest
from django.test import Client
from django.urls import reverse

from people import sessions, staff
from people.models import AuditEntry, PageSession, Staff

pytestmark = pytest.mark.django_db
LONG, NEW = "a long and unusual sentence", "another quite odd sentence"


@pytest.fixture
def browsers() -> list[Client]:
    """Three in which the same member of staff is signed in, and one of a colleague."""
    staff.install_roles()
    made = [Client() for _place in range(4)]
    for place, browser in enumerate(made):
        name = "other" if place == 3 else "amina"
        account = Staff.objects.filter(username=name).first() or staff.hire(
            name, "translator", countries=["KE"], password=LONG
        )
        browser.force_login(account)
    return made


def alive(browsers: list[Client]) -> list[bool]:
    return [browser.get("/").status_code == 200 for browser in browsers]


def mark(browser: Client) -> str:
    return sessions.mark(str(browser.session.session_key))


def test_account_lists_the_own_browsers_and_no_key(browsers):
    page = browsers[0].get(reverse("people:account")).content.decode()

    shown = [reverse("people:end-session", args=[mark(one)]) in page for one in browsers]
    assert shown == [False, True, True, False]
    assert [key for key in PageSession.objects.values_list("pk", flat=True) if key in page] == []
    assert "End all 2 other sessions" in page


def test_one_browser_is_signed_out(browsers):
    browsers[0].post(reverse("people:end-session", args=[mark(browsers[1])]))

    assert alive(browsers) == [True, False, True, True]


def test_browser_of_a_colleague_stays(browsers):
    browsers[0].post(reverse("people:end-session", args=[mark(browsers[3])]))

    assert alive(browsers) == [True] * 4


def test_all_other_browsers_are_signed_out(browsers):
    browsers[0].post(reverse("people:end-others"))

    assert alive(browsers) == [True, False, False, True]


def test_new_password_signs_out_the_other_browsers(browsers):
    form = {"old_password": LONG, "new_password1": NEW, "new_password2": NEW}

    answer = browsers[0].post(reverse("people:password"), form)

    assert (answer.url, alive(browsers)) == ("/account/", [True, False, False, True])
    assert Staff.objects.get(username="amina").check_password(NEW)
    assert AuditEntry.objects.get().what == "password changed"


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", NEW), (LONG, "too short"), (LONG, "password1234")]
)
def test_password_stays_where_it_is_refused(browsers, old, new):
    form = {"old_password": old, "new_password1": new, "new_password2": new}

    answer = browsers[0].post(reverse("people:password"), form)

    assert (answer.status_code, alive(browsers)) == (422, [True] * 4)
    assert Staff.objects.get(username="amina").check_password(LONG)


def tried(browser: Client, old: str) -> int:
    form = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    return browser.post(reverse("people:password"), form).status_code


def test_wrong_old_passwords_close_the_page_as_they_close_the_entrance(browsers, settings):
    settings.AXES_ENABLED = True

    answers = [tried(browsers[0], f"wrong {place}") for place in range(8)]

    assert answers == [422] * 7 + [429]
    assert tried(browsers[0], LONG) == 429
    assert Staff.objects.get(username="amina").check_password(LONG)
    entrance = Client().post(reverse("login"), {"username": "amina", "password": LONG})
    assert entrance.status_code == 429


def test_wrong_old_passwords_of_one_close_nobody_else_out(browsers, settings):
    settings.AXES_ENABLED = True
    for place in range(8):
        tried(browsers[0], f"wrong {place}")

    assert tried(browsers[3], LONG) == 302


def test_password_page_has_inputs_of_our_shape(browsers):
    page = browsers[0].get(reverse("people:password")).content.decode()

    assert page.count('type="password"') == page.count('class="form-control"') == 3


@pytest.mark.parametrize("name", ["account", "password"])
def test_own_account_is_not_kept_by_the_browser(browsers, name):
    assert "no-store" in browsers[0].get(reverse(f"people:{name}"))["Cache-Control"]
