"""How far the translations are: states, counts, staleness, what a language lacks, the order of work."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.editions.content import Words
from campaigns.models import ContentItem, Text
from campaigns.writing import translating
from campaigns.writing.translating import State
from tests.campaigns import house as made
from tests.campaigns.house import AT, DOOR, ROAD, UI

pytestmark = pytest.mark.django_db
ITEMS = 7 + len(UI)


@pytest.fixture
def house():
    return made.build()


def row(code, language="sw", countries=("KE",)):
    rows = translating.standings(language, list(countries))
    return next((one for one in rows if one.item.code == code), None)


def of(language, countries=("KE",)):
    rows = translating.progress(list(countries))
    return next(one for one in rows if one.code == language)


@pytest.mark.parametrize(
    ("status", "made_from", "expected"),
    [
        ("draft", "now", State.DRAFT),
        ("reviewed", "now", State.REVIEWED),
        ("returned", "now", State.RETURNED),
        ("approved", "now", State.APPROVED),
        ("approved", "before", State.STALE),
        ("returned", "before", State.STALE),
        ("approved", "", State.APPROVED),
    ],
)
def test_state_of_a_text(status, made_from, expected):
    assert translating.state(status, made_from, "now") == expected


def test_item_without_a_text_is_missing(house):
    assert row("faq-001").state == State.MISSING


def test_changed_english_makes_every_translation_stale_at_once(house):
    house.write("faq-001", "sw", DOOR)
    house.write("faq-001", "so", DOOR)
    before = [row("faq-001", language).state for language in ("sw", "so")]

    made.change_english("faq-001", replace(ROAD, body=f"{ROAD.body} Ask first."))

    assert before == [State.DRAFT, State.DRAFT]
    assert [row("faq-001", language).state for language in ("sw", "so")] == [State.STALE] * 2


def test_changed_english_phrasings_make_nothing_stale(house):
    house.write("faq-001", "sw", DOOR)

    made.change_english("faq-001", replace(ROAD, phrasings=("another",)))

    assert row("faq-001").state == State.DRAFT


def test_english_taken_back_makes_the_translation_fresh_again(house):
    house.write("faq-001", "sw", DOOR)
    made.change_english("faq-001", replace(ROAD, body=f"{ROAD.body} Ask first."))

    made.change_english("faq-001", ROAD)

    assert row("faq-001").state == State.DRAFT


def test_progress_counts_each_pair_once(house):
    house.approve(house.write("faq-001", "sw", DOOR))
    made.returned(house.write("faq-002", "sw", Words("Hati", "Hati", "Pasipoti na viza.")))

    found = of("sw")

    assert (found.items, found.texts, found.missing) == (ITEMS, 2, ITEMS - 2)
    assert (found.approved, found.returned, found.waiting, found.stale) == (1, 1, 0, 0)


def test_progress_counts_answers_with_few_ways_of_asking(house):
    many = replace(DOOR, phrasings=tuple(f"njia {n}" for n in range(20)))
    house.write("faq-001", "sw", many)

    assert (of("sw").thin, of("sw").faqs) == (1, 2)
    assert (row("faq-001").thin, row("faq-002").thin, row("main").thin) == (False, True, False)


def test_item_without_english_is_nobodys_to_translate(house):
    ContentItem.objects.create(code="faq-003", kind="faq")

    assert row("faq-003") is None
    assert of("en").items == ITEMS


def test_items_of_other_countries_are_not_shown(house):
    ContentItem.objects.filter(code="faq-001").update(countries=["ET"])

    assert row("faq-001", countries=["KE"]) is None
    assert row("faq-001", countries=["ET", "KE"]).state == State.MISSING
    assert of("en", ["KE"]).items == ITEMS - 1


def test_retired_item_is_not_shown(house):
    ContentItem.objects.filter(code="faq-001").update(retired=True)

    assert row("faq-001") is None


def test_latin_variant_stands_under_its_base(house):
    for language in ("so", "am-Latn", "am"):
        house.write("faq-001", language, DOOR)
    house.write("faq-002", "am-Latn", Words("Hati", "Hati", "Pasipoti na viza."))

    codes = [one.code for one in translating.progress(["KE"])]

    assert codes == ["en", "am", "am-Latn", "so"]


def test_readiness_names_what_a_language_lacks(house):
    house.write("faq-001", "sw", DOOR)

    found = next(one for one in translating.readiness(["KE"], at=AT) if one.progress.code == "sw")

    assert not found.stands
    assert sorted(found.gap) == sorted(
        [*(f"ui.{key}" for key in UI), "main", "dangers", "safe-ways", "get-help"]
    )
    assert found.countries == ("KE", "UG")


def test_complete_language_stands_in_a_demonstration_as_drafts(house, settings):
    settings.DEMONSTRATION = True

    assert english().stands


def test_complete_language_stands_live_only_when_approved(house, settings):
    settings.DEMONSTRATION = False

    assert len(english().gap) == ITEMS - 2


def english():
    rows = translating.readiness(["KE"], at=AT)
    return next(one for one in rows if one.progress.code == "en")


def test_language_without_a_text_is_listed(house):
    rows = translating.readiness(["KE"], at=AT)

    afar = next(one.progress for one in rows if one.progress.code == "aa")
    assert (afar.missing, afar.items, afar.thin) == (ITEMS, ITEMS, 2)


def test_nothing_is_listed_without_english(db):
    assert translating.readiness(["KE"], at=AT) == []


def test_readiness_takes_the_same_queries_for_any_number_of_texts(house):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            translating.readiness(["KE"], at=AT)
        return len(caught)

    before = queries()
    for language in ("sw", "so", "am"):
        house.write("faq-001", language, DOOR)

    assert queries() == before


def test_filters_match_their_states(house):
    house.write("faq-001", "sw", DOOR)
    draft, missing = row("faq-001"), row("faq-002")

    assert [draft.matches(one) for one in ("", "draft", "waiting", "thin", "missing")] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert [missing.matches(one) for one in ("missing", "waiting")] == [True, False]


def test_search_finds_all_the_words_in_either_language(house):
    house.write("faq-001", "sw", DOOR)
    rows = translating.standings("sw", ["KE"])

    def found(wanted):
        return [one.item.code for one in translating.search(rows, wanted)]

    assert found("DANGEROUS road") == found("walikufa") == found("faq-001") == ["faq-001"]
    assert found("dangerous passport") == []


def test_neighbours_are_those_still_to_be_written(house):
    house.write("faq-001", "sw", DOOR)
    rows = translating.standings("sw", ["KE"])
    codes = [one.item.code for one in rows]
    at = codes.index("faq-001")

    assert translating.neighbours(rows, "faq-001") == (codes[at - 1], codes[at + 1])
    assert translating.neighbours(rows, codes[0])[0] == ""
    assert translating.neighbours(rows, codes[-1])[1] == ""


def test_wordings_come_last(house):
    kinds = [one.item.kind for one in translating.standings("sw", ["KE"])]

    assert kinds[-len(UI) :] == ["wording"] * len(UI)
    assert kinds[-len(UI) - 1] == "quiz"


def test_english_that_a_text_was_made_from_is_found(house):
    old = Text.objects.get(item__code="faq-001", language="en")
    text = house.write("faq-001", "sw", DOOR)
    made.change_english("faq-001", replace(ROAD, body="Other."))

    assert translating.made_from(text.item, text) == old


def test_english_that_is_not_kept_is_none(house):
    text = house.write("faq-001", "sw", DOOR)
    text.source_hash = "lost"

    assert translating.made_from(text.item, text) is None
    assert translating.made_from(text.item, None) is None


def test_earlier_texts_newest_first(house):
    one = house.write("faq-001", "sw", DOOR)
    two = house.write("faq-001", "sw", replace(DOOR, title="Njia"))

    assert translating.earlier(one.item, "sw") == [two, one]
