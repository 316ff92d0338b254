"""What is held on one number: all of it, masked, and never what somebody asked."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from analytics import ledger
from campaigns import handouts, holdings
from campaigns.models import (
    Answer,
)
from people import consent, datamap, identity, staff
from people.countries import CODES
from people.models import AuditEntry, Consent, Person, Reveal, Staff, Subject
from tests.analytics.ledgers import exposure
from tests.campaigns.held import danger, delivery
from tests.people.made import NOON, number, person, stop_token

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def amina():
    staff.install_roles()
    return staff.hire("amina", "protection", countries=["KE"], password="x")


def everything(by: Staff) -> Person:
    """Somebody who is in every table that may know them."""
    known = person(1)
    subject = identity.subjects([known.token], at=NOON)[known.token]
    ledger.record([exposure(subject=subject)])
    delivery(known.token, by)
    danger(known.token)
    Reveal.objects.create(token=known.token, by=by, reason="to call back", at=NOON)
    return known


def test_all_that_is_held_is_counted_by_kind(amina):
    everything(amina)

    found = holdings.look_up(number(), by=amina, at=NOW)

    assert dict(found.counts) == {
        "profile": 1,
        "consents": 1,
        "counts": 1,
        "deliveries": 1,
        "lots": 0,
        "audiences": 1,
        "messages": 1,
        "seen": 1,
    }
    assert (found.masked, found.months, found.deliveries[0].state) == (
        "+254•••••••01",
        1,
        "delivered",
    )


def test_every_table_with_a_token_is_in_one_group():
    grouped = [place for _words, places in holdings.GROUPS.values() for place in places]

    mapped = {place for place, _ in datamap.columns(datamap.What.TOKEN)}
    assert sorted((*grouped, *holdings.FOLLOWED_UP)) == sorted(mapped)


def test_nobody_is_nothing(amina):
    found = holdings.look_up(number(7), by=amina, at=NOW)

    assert (found.nothing, found.told) == (True, [])


def test_number_is_in_no_repr(amina):
    assert number() not in repr(holdings.look_up(number(), by=amina, at=NOW))


def test_ground_of_a_list_is_told_too(amina):
    basis = Consent.objects.create(basis="consent-form", evidence="forms 1 to 9", given_at=NOON)
    person(1, basis=basis)

    found = holdings.look_up(number(), by=amina, at=NOW)

    assert [one.basis for one in found.consents] == ["consent-form", "sms-optin"]


def test_suppression_alone_is_not_nothing(amina):
    consent.end(number(3), how="word", at=NOON)

    assert not holdings.look_up(number(3), by=amina, at=NOW).nothing


def test_what_a_rotation_left_under_an_older_key_is_found(amina, rotate):
    person(1)
    rotate("token")

    assert holdings.look_up(number(), by=amina, at=NOW).counts["profile"] == 1


def test_chat_whose_person_shared_the_number_is_theirs_too(amina):
    chat = identity.token("telegram:123")
    identity.link(chat, identity.token(f"tel:{number()}"), at=NOON)
    danger(chat)

    assert dict(holdings.look_up(number(), by=amina, at=NOW).told) == {
        "way from the number to the counts": 2,
        "single messages, questions and receipts": 1,
    }


# --- who may look ---------------------------------------------------------------------------------------


def test_look_is_on_record_without_the_number(amina):
    holdings.look_up(number(), by=amina, at=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what, entry.country, entry.details, entry.name) == (
        "lookup",
        "looked up one number",
        "KE",
        {},
        "amina",
    )


def test_number_of_another_country_is_not_shown(amina):
    with pytest.raises(holdings.NotShown) as refusal:
        holdings.look_up("+256772000001", by=amina, at=NOW)

    assert refusal.value.word == "country"


@pytest.mark.parametrize(("countries", "shown"), [(["KE"], False), (list(CODES), True)])
def test_number_of_elsewhere_is_for_who_looks_after_all(amina, countries, shown):
    amina.countries = countries

    if shown:
        assert holdings.look_up("+4746000001", by=amina, at=NOW).country == ""
    else:
        with pytest.raises(holdings.NotShown):
            holdings.look_up("+4746000001", by=amina, at=NOW)


def test_list_cannot_be_tried_against_ours(amina):
    for index in range(holdings.MOST_AN_HOUR):
        holdings.look_up(number(index), by=amina, at=NOW)

    with pytest.raises(holdings.NotShown) as refusal:
        holdings.look_up(number(99), by=amina, at=NOW + timedelta(minutes=59))
    assert refusal.value.word == "often"
    assert holdings.look_up(number(99), by=amina, at=NOW + timedelta(minutes=61)).nothing


# --- from page to page ------------------------------------------------------------------------------------


def test_number_goes_from_page_to_page_sealed(amina):
    sealed = holdings.hand_over(holdings.of(number()), by=amina, at=NOW)

    assert number()[4:] not in sealed
    assert holdings.taken_over(sealed, by=amina, at=NOW + timedelta(minutes=29)) == number()


@pytest.mark.parametrize("minutes", [-1, 31])
def test_what_was_looked_up_long_ago_is_not_acted_on(amina, minutes):
    sealed = holdings.hand_over(holdings.of(number()), by=amina, at=NOW)

    with pytest.raises(holdings.NotShown):
        holdings.taken_over(sealed, by=amina, at=NOW + timedelta(minutes=minutes))


def test_what_a_colleague_looked_up_is_not_acted_on(amina):
    sealed = holdings.hand_over(holdings.of(number()), by=amina, at=NOW)
    other = staff.hire("juma", "protection", countries=["KE"], password="x")

    with pytest.raises(holdings.NotShown):
        holdings.taken_over(sealed, by=other, at=NOW)


@pytest.mark.parametrize("forged", ["", "x", "+254711000001", "[]"])
def test_what_was_not_sealed_here_is_not_acted_on(amina, forged):
    for sealed in (forged, identity.seal(forged)):
        with pytest.raises(holdings.NotShown):
            holdings.taken_over(sealed, by=amina, at=NOW)


# --- handing out ----------------------------------------------------------------------------------------


def test_file_holds_it_all_and_nothing_that_was_asked(amina):
    known = everything(amina)
    consent.end(number(), how="word", at=NOON)
    found = holdings.of(number())

    told = "".join(handouts.as_json(found, at=NOON))

    read = json.loads(told)
    assert list(read) == [
        "number",
        "made_at",
        "profile",
        "consents",
        "ended_messages",
        "met",
        "language_remembered",
        "counted_in_months",
        "campaign_messages",
        "rows",
    ]
    assert (read["profile"]["country"], read["consents"][0]["basis"], read["met"]["last"]) == (
        "KE",
        "sms-optin",
        "2026-03-02",
    )
    assert read["campaign_messages"] == [
        {"at": NOON.isoformat(), "state": "delivered", "language": "sw"}
    ]
    secrets = (number()[4:], known.token, "trafficking", "passport", "held", "danger", "case")
    assert [one for one in secrets if one in told] == []


def test_text_to_read_says_the_same(amina):
    everything(amina)

    lines = "".join(handouts.as_text(holdings.of(number()), at=NOON)).splitlines()

    assert lines[0] == "What Njia Salama holds on the number +254•••••••01"
    assert [line.partition(":")[0] for line in lines[3:-2]] == [
        "Country",
        "Language",
        "Sex",
        "Age",
        "District",
        "Tags",
        "On our list since",
        "You agreed to messages",
        "First met",
        "Last met",
        "Months in which the number is counted",
        "Campaign message",
        *["Rows kept"] * 7,
    ]


def test_text_of_nobody_says_so(amina):
    lines = "".join(handouts.as_text(holdings.of(number(8)), at=NOON)).splitlines()

    assert lines[3] == "Nothing is held on this number."


# --- forgetting -------------------------------------------------------------------------------------------


def test_nothing_is_held_on_somebody_forgotten(amina):
    everything(amina)

    gone = holdings.forget(number(), stop=False, by=amina, at=NOW)

    assert sum(gone.counts.values()) == 7
    left = {group: rows for group, rows in holdings.of(number()).counts.items() if rows}
    assert left == {"messages": 1}  # a case: the bot's own room follows within minutes
    assert not consent.suppressed([stop_token()])


def test_single_messages_go_at_once(amina):
    known = person(1)
    Answer.objects.create(
        gateway="sim",
        reference="a",
        token=known.token,
        number="",
        text="",
        made_at=NOON,
        state="sent",
    )

    holdings.forget(number(), stop=False, by=amina, at=NOW)

    assert holdings.of(number()).nothing


def test_messages_end_too_where_that_is_wished(amina):
    person(1)

    holdings.forget(number(), stop=True, by=amina, at=NOW)

    assert consent.suppressed([stop_token()]) == {stop_token()}


def test_erasure_is_on_record_without_the_person(amina):
    known = person(1)

    holdings.forget(number(), stop=True, by=amina, at=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what, entry.country, entry.details) == (
        "erase",
        "forgot one person",
        "KE",
        {"profile": "1", "consents": "1", "messages end too": "yes"},
    )
    assert known.token not in str(entry.details)


def test_forgetting_never_lifts_a_suppression(amina):
    consent.end(number(), how="word", at=NOON)

    holdings.forget(number(), stop=False, by=amina, at=NOW)

    assert consent.suppressed([stop_token()]) == {stop_token()}


def test_number_may_come_back_on_a_later_list(amina):
    person(1)
    holdings.forget(number(), stop=False, by=amina, at=NOW)

    person(1)

    assert (Person.objects.count(), Subject.objects.count()) == (1, 0)
    assert Consent.objects.exclude(token__startswith="erased:").count() == 1
