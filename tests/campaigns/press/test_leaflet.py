"""The live edition as partners may show it: whole, with the numbers of one country, never a demonstration."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.editions.edition import Kind
from campaigns.models import Referral
from campaigns.press import leaflet, publishing
from campaigns.press.leaflet import Place, Spoken
from people.countries import CODES
from tests.campaigns import living
from tests.campaigns.living import ABROAD, CHILD, DJIBOUTI, MONTH, POLICE, TODAY, shelf_in
from tests.published import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(tmp_path: Path):
    return shelf_in(tmp_path)


@pytest.fixture
def edition(shelf):
    living.prepare()
    return living.published(shelf)


def test_newest_live_edition_is_handed_out(edition, shelf):
    found = leaflet.live(shelf)

    assert found
    assert (found.edition, found.row.hash, found.row.kind) == (edition, edition.id, "live")


def test_demonstration_is_not_handed_out(shelf):
    living.prepare()
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)

    assert leaflet.live(shelf) is None


def test_languages_of_the_own_countries_are_told(edition):
    assert leaflet.languages(edition, ["KE", "UG"]) == [
        Spoken("en", "English", "ltr", ("KE", "UG"))
    ]
    assert leaflet.languages(edition, []) == []


def test_every_text_of_a_country_can_be_said(edition):
    everywhere = {country: leaflet.places(edition, country) for country in CODES}

    said = [leaflet.said(edition, land, one) for land, found in everywhere.items() for one in found]

    assert len(everywhere["KE"]) >= 50
    assert [one.item.id for one in said if "{" in one.text + one.sms or not one.text] == []


def test_texts_carry_the_numbers_of_their_country_alone(edition):
    texts = {
        country: "".join(
            leaflet.said(edition, country, place).text for place in leaflet.places(edition, country)
        )
        for country in ("KE", "DJ")
    }

    assert [[n in texts[land] for n in (CHILD, DJIBOUTI)] for land in ("KE", "DJ")] == [
        [True, False],
        [False, True],
    ]


def test_one_language_can_be_asked_for(edition):
    every = leaflet.places(edition, "KE")

    assert leaflet.places(edition, "KE", "en") == every
    assert leaflet.places(edition, "KE", "sw") == []
    assert Place("faq-021", "en") in every


def test_what_concerns_one_country_is_not_said_elsewhere(edition):
    own = {code: item for code, item in edition.items.items() if item.countries != ("*",)}
    code, item = next(iter(own.items()))
    elsewhere = next(land for land in CODES if not item.serves(land))

    assert [one for one in leaflet.places(edition, elsewhere) if one.item == code] == []


# --- numbers ----------------------------------------------------------------------------------------


def told(edition, own, *, on=TODAY):
    return [(one.country, one.number.number) for one in leaflet.numbers(edition, own, on=on)]


def test_numbers_of_the_own_countries_and_for_everybody(edition):
    assert told(edition, ["KE"]) == [("KE", CHILD), ("KE", POLICE), (None, ABROAD)]
    assert told(edition, []) == [(None, ABROAD)]


def test_number_says_when_it_was_called_and_until_when_it_holds(edition):
    first = leaflet.numbers(edition, ["KE"], on=TODAY)[0]

    assert (first.verified_on, first.number.expires) == (TODAY, (TODAY + MONTH).isoformat())


def test_number_is_gone_on_the_day_its_proof_ends(edition):
    last = TODAY + MONTH - timedelta(days=1)

    assert ("KE", CHILD) in told(edition, ["KE"], on=last)
    assert ("KE", CHILD) not in told(edition, ["KE"], on=TODAY + MONTH)


def test_number_that_was_proved_anew_does_not_lend_its_day_to_the_old_proof(edition):
    Referral.objects.filter(code="KE-01").update(
        verified_by_call_on=TODAY + timedelta(days=9), expires=TODAY + 3 * MONTH
    )

    assert leaflet.numbers(edition, ["KE"], on=TODAY)[0].verified_on is None


def test_numbers_take_one_statement(edition, django_assert_num_queries):
    with django_assert_num_queries(1):
        leaflet.numbers(edition, CODES, on=TODAY)
