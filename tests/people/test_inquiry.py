"""How often callers are asked who they are, and which question: never, until somebody says so."""

import pytest
from django.db import IntegrityError

from people import districts, inquiry, languages, seeding
from people.countries import CODES
from people.inquiry import Asking, Setting, Share
from people.models import CountryMenu, District, Staff
from people.offering import NotKept
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
ALL_FOUR = ("age_band", "sex", "status", "district")


@pytest.mark.parametrize("seeded", [True, False])
def test_nobody_is_asked_until_a_country_switches_it_on(seeded):
    if seeded:
        seeding.load()

    assert inquiry.asking() == dict.fromkeys(CODES, Asking(0, ALL_FOUR))


def test_asking_is_as_each_country_set_it():
    seeding.load()
    CountryMenu.objects.filter(country="KE").update(asks_one_in=10, asks=["sex", "district"])

    asking = inquiry.asking()

    assert asking["KE"] == Asking(10, ("sex", "district"))
    assert asking["UG"] == Asking()


@pytest.mark.parametrize("one_in", [1, 101])
def test_table_takes_no_other_rate(one_in):
    with pytest.raises(IntegrityError, match="countrymenu_asks_one_in"):
        CountryMenu.objects.create(country="KE", languages=["sw"], asks_one_in=one_in)


def test_districts_are_the_names_in_use_in_their_order():
    seeding.load()
    District.objects.filter(name="Arta").update(retired=True)
    District.objects.filter(name="Obock").update(order=0)

    offered = inquiry.districts()

    assert offered["DJ"] == ("Obock", "Ali Sabieh", "Dikhil", "Djibouti", "Tadjourah")
    assert offered["KE"] == districts.offered(districts.seeded()["KE"])


def test_each_is_one_query(django_assert_num_queries):
    seeding.load()

    with django_assert_num_queries(2):
        inquiry.asking()
        inquiry.districts()


# --- setting it -------------------------------------------------------------------------------------


def wish(one_in=10, questions=ALL_FOUR, agreed="Data protection office, 2 March 2026"):
    return Setting(Asking(one_in, questions), agreed)


@pytest.fixture
def amina():
    return Staff.objects.create(username="amina", countries=["KE"])


@pytest.mark.parametrize(
    ("wished", "sentences"),
    [
        (wish(), []),
        (wish(2), []),
        (wish(100), []),
        (wish(1), ["Ask in one session of 2 to 100, or 0 for never."]),
        (wish(101), ["Ask in one session of 2 to 100, or 0 for never."]),
        (wish(questions=()), ["Choose one question at least."]),
        (
            wish(agreed=" "),
            ["Say who agreed to the notice, and when: until then nobody is asked."],
        ),
        (wish(0, (), ""), []),
    ],
)
def test_what_stands_against_a_setting(wished, sentences):
    assert inquiry.faults(wished, ["Garissa"]) == sentences


def test_question_of_the_district_needs_districts():
    assert inquiry.faults(wish(questions=("sex",)), []) == []
    assert inquiry.faults(wish(questions=("district",)), []) == [
        "There is no district to choose from: add some, or leave that question out."
    ]


@pytest.mark.parametrize(
    ("one_in", "questions", "share"),
    [
        (10, ALL_FOUR, Share(100, 25)),
        (2, ("sex",), Share(500, 500)),
        (3, ("sex", "status"), Share(333, 166)),
        (100, ALL_FOUR, Share(10, 2)),
        (0, ALL_FOUR, Share(0, 0)),
        (10, (), Share(0, 0)),
    ],
)
def test_share_of_a_thousand_sessions(one_in, questions, share):
    assert inquiry.share(Asking(one_in, questions)) == share


@pytest.mark.parametrize("seeded", [True, False])
def test_setting_is_kept_for_its_country_with_who_and_when(amina, seeded):
    if seeded:
        seeding.load()

    inquiry.keep("KE", wish(20, ("sex",)), seen=inquiry.mark(Setting()), by=amina, at=NOON)

    assert inquiry.setting("KE") == Setting(
        Asking(20, ("sex",)), "Data protection office, 2 March 2026", "amina", NOON
    )
    assert inquiry.asking() == {**dict.fromkeys(CODES, Asking()), "KE": Asking(20, ("sex",))}
    assert languages.orders() == languages.seeded_orders()


def test_setting_somebody_else_changed_meanwhile_is_not_overwritten(amina):
    seen = inquiry.mark(Setting())
    inquiry.keep("KE", wish(20), seen=seen, by=amina, at=NOON)

    with pytest.raises(NotKept, match="Somebody else has just changed what is asked"):
        inquiry.keep("KE", wish(5), seen=seen, by=amina, at=NOON)

    assert inquiry.asking()["KE"].one_in == 20


def test_setting_with_faults_is_not_kept(amina):
    with pytest.raises(NotKept, match="Say who agreed"):
        inquiry.keep("KE", wish(agreed=""), seen=inquiry.mark(Setting()), by=amina, at=NOON)

    assert inquiry.setting("KE") == Setting()


def test_mark_tells_rate_questions_and_agreement_apart():
    settings = [wish(), wish(11), wish(questions=("sex",)), wish(agreed="the ministry")]

    assert len({inquiry.mark(one) for one in settings}) == 4
    assert inquiry.mark(wish(agreed="x ")) == inquiry.mark(wish(agreed="x"))
