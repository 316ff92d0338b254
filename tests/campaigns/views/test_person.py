"""The page about one person who asks: found by number, handed out, forgotten; the number in no address."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import holdings
from people import consent, staff
from people.models import AuditEntry, Person
from tests.people.made import NOON, number, person, stop_token

pytestmark = pytest.mark.django_db
HELD = re.compile(r'name="held" value="([^"]+)"')


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role: str, *countries: str):
        client.force_login(staff.hire(f"a-{role}", role, countries=countries, password="x"))
        return client

    return _sign_in


@pytest.fixture
def officer(sign_in):
    return sign_in("protection", "KE")


def ask(client: Client, text: str = number(), country: str = "KE"):
    return client.post(reverse("campaigns:person"), {"number": text, "country": country})


def act(client: Client, name: str, held: str, **more: str):
    told = {"held": held, "sure": "on"} | more
    return client.post(reverse(f"campaigns:{name}"), {key: one for key, one in told.items() if one})


def held(client: Client, text: str = number()) -> str:
    return str(HELD.findall(ask(client, text).content.decode())[0])


def kinds() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("kind", flat=True))


# --- who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("administrator", 200),
        ("protection", 200),
        ("manager", 403),
        ("approver", 403),
        ("translator", 403),
        ("monitoring", 403),
    ],
)
def test_page_opens_by_role(sign_in, role, status):
    client = sign_in(role, "KE")

    assert client.get(reverse("campaigns:person")).status_code == status


@pytest.mark.parametrize("name", ["person-hand-out", "person-forget"])
def test_acts_are_refused_to_other_roles(sign_in, name):
    assert act(sign_in("manager", "KE"), name, "x").status_code == 403


def test_number_of_another_country_is_refused_in_words(officer):
    answer = ask(officer, "+256772000001")

    assert answer.status_code == 403
    assert "of a country that is not yours" in answer.content.decode()


def test_too_many_look_ups_are_refused_in_words(officer, monkeypatch):
    monkeypatch.setattr(holdings, "MOST_AN_HOUR", 1)
    ask(officer)

    answer = ask(officer)

    assert (answer.status_code, "1 number in the last hour" in answer.content.decode()) == (
        403,
        True,
    )


# --- looking up -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["0711000001", "+254 711 000001", "254711000001"])
def test_number_is_found_however_it_is_written(officer, written):
    person(1)

    answer = ask(officer, written)

    assert answer.context["found"].counts["profile"] == 1


def test_page_shows_neither_the_number_nor_its_token(officer):
    known = person(1)

    answer = ask(officer)

    page = answer.content.decode()
    assert "+254•••••••01" in page
    assert [one for one in (number()[4:], known.token) if one in page] == []
    assert answer["Cache-Control"] == "no-store"
    assert number()[4:] not in str(officer.session.items())


def test_what_is_no_number_is_told_beside_the_field(officer):
    answer = ask(officer, "071")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"number": ["wrong length: too short"]}
    assert kinds() == []


def test_nobody_is_told_as_nothing_and_can_still_end_messages(officer):
    page = ask(officer, number(9)).content.decode()

    assert "Nothing: we never met this number" in page
    assert (reverse("campaigns:person-hand-out") in page) is False
    assert reverse("campaigns:person-forget") in page


def test_page_says_in_numbers_what_will_go(officer):
    person(1)

    assert "Forget: 2 rows erased or made nameless" in ask(officer).content.decode()


def test_list_of_people_leads_here(officer):
    assert reverse("campaigns:person") in officer.get(reverse("people:list")).content.decode()


# --- handing out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kind", "name"),
    [("json", "application/json", "held.json"), ("text", "text/plain", "held.txt")],
)
def test_file_is_handed_out_and_put_on_record(officer, form, kind, name):
    person(1)
    sealed = held(officer)

    answer = act(officer, "person-hand-out", sealed, form=form)

    told = b"".join(answer.streaming_content).decode()
    assert (answer.status_code, answer.streaming) == (200, True)
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert ("+254•••••••01" in told, number()[4:] in told) == (True, False)
    assert kinds() == ["lookup", "export"]


def test_json_can_be_read_again(officer):
    person(1)

    answer = act(officer, "person-hand-out", held(officer), form="json")

    assert json.loads(b"".join(answer.streaming_content))["profile"]["language"] == "sw"


def test_file_without_the_persons_wish_is_not_handed_out(officer):
    person(1)

    answer = act(officer, "person-hand-out", held(officer), form="json", sure="")

    assert (answer.status_code, list(answer.context["hand_out"].errors)) == (422, ["sure"])
    assert kinds() == ["lookup"]


# --- forgetting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stop", "ended"), [("yes", {stop_token}), ("no", set())])
def test_person_is_forgotten_and_messages_end_where_wished(officer, stop, ended):
    person(1)

    answer = act(officer, "person-forget", held(officer), stop=stop)

    assert answer.status_code == 302
    assert Person.objects.count() == 0
    assert consent.suppressed([stop_token()]) == {one() for one in ended}
    assert kinds() == ["lookup", "erase"]


def test_done_is_told_in_numbers(officer):
    person(1)
    act(officer, "person-forget", held(officer), stop="yes")

    page = officer.get(reverse("campaigns:person")).content.decode()

    assert "Forgotten: 2 rows erased or made nameless. Messages have ended too." in page


@pytest.mark.parametrize(("missing", "field"), [({"sure": ""}, "sure"), ({"stop": ""}, "stop")])
def test_nobody_is_forgotten_by_half_an_answer(officer, missing, field):
    person(1)

    answer = act(officer, "person-forget", held(officer), **({"stop": "yes"} | missing))

    assert (answer.status_code, list(answer.context["forget"].errors)) == (422, [field])
    assert Person.objects.count() == 1


@pytest.mark.parametrize("name", ["person-hand-out", "person-forget"])
@pytest.mark.parametrize("forged", ["", "x", number()])
def test_number_that_was_not_looked_up_is_refused(officer, name, forged):
    person(1)

    answer = act(officer, name, forged, stop="yes", form="json")

    assert answer.status_code == 403
    assert "Look it up again" in answer.content.decode()
    assert (Person.objects.count(), kinds()) == (1, [])


def test_page_says_that_messages_ended_already(officer):
    person(1)
    consent.end(number(), how="word", at=NOON)

    assert "Messages have ended already" in ask(officer).content.decode()
