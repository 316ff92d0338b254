"""The second step through the pages: setting it up, signing in with it, what waits for it."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import second, staff
from people.models import PageSession, Staff
from tests.people.codes import SECRET, code
from tests.people.made import person

pytestmark = pytest.mark.django_db
LONG = "a long and unusual sentence"


@pytest.fixture
def officer() -> Staff:
    staff.install_roles()
    return staff.hire("officer", "protection", countries=["KE"], password=LONG)


@pytest.fixture
def ready(officer: Staff) -> Staff:
    then = timezone.now() - timedelta(hours=1)
    assert second.add_app(officer, SECRET, code(then), at=then)
    return officer


def sign_in(client: Client, onward: str = ""):
    form = {"username": "officer", "password": LONG, "next": onward}
    return client.post(reverse("login"), form)


def now() -> str:
    return code(timezone.now())


# --- signing in -----------------------------------------------------------------------------------------


def test_password_alone_signs_nobody_in(client, ready):
    assert sign_in(client).url == reverse("people:second")
    assert client.get("/").status_code == 302
    assert PageSession.objects.filter(staff=ready).count() == 0


def test_code_completes_and_leads_on(client, ready):
    sign_in(client, "/people/")

    answer = client.post(reverse("people:second"), {"code": now()})

    assert (answer.url, client.get("/people/").status_code) == ("/people/", 200)


def test_wrong_code_is_explained(client, ready):
    sign_in(client)

    answer = client.post(reverse("people:second"), {"code": "000000"})

    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    assert client.get("/").status_code == 302


def test_second_step_needs_the_first(client, ready):
    assert client.post(reverse("people:second"), {"code": now()}).url == reverse("login")


def test_step_closes_for_every_browser(client, ready):
    sign_in(client)
    for _time in range(8):
        client.post(reverse("people:second"), {"code": "000000"})
    other = Client()
    sign_in(other)

    answer = other.post(reverse("people:second"), {"code": now()})

    assert (answer.status_code, other.get("/").status_code) == (422, 302)
    assert "closed for half an hour" in answer.content.decode()


def test_waiting_ends_after_ten_minutes(client, ready, time_machine):
    sign_in(client)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))

    assert client.get(reverse("people:second")).url == reverse("login")


def test_waiting_ends_with_a_new_password_or_a_closed_account(client, ready):
    sign_in(client)
    ready.set_password("another quite odd sentence")
    ready.save()

    assert client.get(reverse("people:second")).url == reverse("login")


def test_recovery_code_completes(client, ready):
    codes = second.new_codes(ready, at=timezone.now())
    sign_in(client)

    assert client.post(reverse("people:second"), {"code": codes[3]}).url == "/"


# --- what waits for it ----------------------------------------------------------------------------------


def test_role_that_needs_it_is_led_to_set_it_up(client, officer):
    assert sign_in(client).url == reverse("people:account")
    assert "None of that works until" in client.get(reverse("people:account")).content.decode()


def test_number_is_not_shown_without_it(client, officer):
    address = reverse("people:reveal", args=[person(1).pk])
    sign_in(client)
    reason = {"reason": "asked to be called back"}

    before = client.post(address, reason)
    set_up(client)
    after = client.post(address, reason)

    assert (before.status_code, after.status_code) == (403, 200)
    assert "second step" in before.content.decode()


def test_administration_takes_it_from_everybody(client, officer):
    staff.hire("officer", "manager", countries=["KE"], password=LONG)
    sign_in(client)

    before = client.get("/admin/")
    set_up(client)

    assert (before.url, client.get("/admin/").status_code) == (reverse("people:account"), 200)


def test_demonstration_goes_without_on_its_own_machine(officer):
    Staff.objects.update(demonstration=True)
    near, far = (
        Client(headers={"Host": "localhost"}),
        Client(headers={"Host": "localhost", "X-Forwarded-For": "10.0.0.9"}),
    )

    assert (sign_in(near).url, sign_in(far).url) == ("/", reverse("people:account"))


# --- setting it up --------------------------------------------------------------------------------------


def set_up(client: Client, password: str = LONG):
    page = client.get(reverse("people:second-app")).content.decode()
    found = re.search(r'<bdi dir="ltr">([A-Z2-7 ]+)</bdi>', page)
    assert found
    secret = found[1].replace(" ", "")
    given = {"code": code(timezone.now(), secret), "password": password}
    return client.post(reverse("people:second-app"), given)


def test_app_is_set_up_with_recovery_codes_shown_once(client, officer):
    client.force_login(officer)

    answer = set_up(client)

    codes = re.findall(r"<li>(\d{8})</li>", answer.content.decode())
    assert (len(codes), second.has(officer)) == (10, True)
    page = client.get(reverse("people:account")).content.decode()
    assert ([one for one in codes if one in page], "no-store" in answer["Cache-Control"]) == (
        [],
        True,
    )


def test_square_is_drawn_here_and_holds_no_style(client, officer):
    client.force_login(officer)

    page = client.get(reverse("people:second-app")).content.decode()

    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert ("style=" in drawn, "http" in drawn.replace("http://www.w3.org/", "")) == (False, False)


def test_other_browsers_are_signed_out(client, officer):
    other = Client()
    other.force_login(officer)
    client.force_login(officer)

    set_up(client)

    assert (client.get("/").status_code, other.get("/").status_code) == (200, 302)


@pytest.mark.parametrize("given", ["", "wrong"])
def test_nothing_is_set_up_without_the_password(client, officer, given):
    client.force_login(officer)

    assert (set_up(client, given).status_code, second.has(officer)) == (422, False)


def test_session_without_the_step_changes_nothing(client, ready):
    client.force_login(ready)
    session = client.session
    del session["stepped"]
    session.save()
    app = Authenticator.objects.get()

    answers = (
        client.post(reverse("people:second-app"), {"password": LONG, "code": now()}),
        client.post(reverse("people:second-remove", args=[app.pk]), {"password": LONG}),
        client.post(reverse("people:second-codes"), {"password": LONG}),
        client.post(reverse("people:second-passkey"), {"password": LONG}),
    )

    assert {answer.url for answer in answers} == {reverse("people:account")}
    assert list(Authenticator.objects.values_list("pk", flat=True)) == [app.pk]


def test_way_is_taken_away_with_the_password(client, ready):
    client.force_login(ready)
    address = reverse("people:second-remove", args=[Authenticator.objects.get().pk])

    client.post(address, {"password": "wrong"})
    stays = second.has(ready)
    client.post(address, {"password": LONG})

    assert (stays, second.has(ready), "stepped" in client.session) == (True, False, False)


def test_new_recovery_codes_are_shown(client, ready):
    client.force_login(ready)

    page = client.post(reverse("people:second-codes"), {"password": LONG}).content.decode()

    assert len(re.findall(r"<li>\d{8}</li>", page)) == 10


def test_link_for_a_lost_password_leaves_the_second_step(client, ready):
    from people import inviting

    token = inviting.link(ready, by=None, at=timezone.now()).token
    client.get(reverse("people:invitation", args=[token]))
    new = "another quite odd sentence"

    answer = client.post(reverse("people:accept"), {"new_password1": new, "new_password2": new})

    assert (answer.url, client.get("/").status_code) == (reverse("people:second"), 302)


# --- taken away by an administrator ---------------------------------------------------------------------


def test_administrator_takes_the_step_of_a_colleague_away(client, ready):
    staff.hire("officer", "translator", countries=["KE"], password=LONG)
    boss = staff.hire("boss", "administrator", countries=[], password=LONG)
    client.force_login(boss)

    client.post(reverse("people:account-step", args=[ready.pk, "second"]))

    assert not second.has(ready)


def test_step_of_an_officer_takes_two_people(client, ready):
    boss = staff.hire("boss", "administrator", countries=[], password=LONG)
    other = staff.hire("other", "administrator", countries=[], password=LONG)
    client.force_login(boss)
    client.post(reverse("people:account-step", args=[ready.pk, "second"]))
    before = second.has(ready)

    client.force_login(other)
    client.post(reverse("people:decide", args=[ready.proposals.get().pk, "accept"]))

    assert (before, second.has(ready)) == (True, False)
