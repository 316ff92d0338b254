"""Items: who may make, change, move, retire and put back; which digits that people learnt would change."""

from dataclasses import replace
from functools import lru_cache

import pytest

from campaigns.editions.content import Words
from campaigns.editions.edition import Edition, Kind
from campaigns.editions.problems import Refused
from campaigns.models import ContentItem, Text
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from campaigns.writing import drafting, items
from campaigns.writing.items import Digit, Facts, Unconfirmed
from campaigns.writing.workbench import workbench
from people.countries import CODES
from people.models import Staff
from tests.campaigns import scene
from tests.published import AT, demonstration, loaded

pytestmark = pytest.mark.django_db
RISKY = Facts("faq", parent="rumours", order=4, component="risk", claim="fact")


@pytest.fixture(autouse=True)
def content(settings) -> None:
    settings.DEMONSTRATION = True
    made()
    loaded("en", at=AT)


@lru_cache(maxsize=1)
def made() -> Edition:
    return demonstration()


@pytest.fixture
def manager() -> Staff:
    return writer("amina")


def writer(name: str, *countries: str) -> Staff:
    rights = ("add_contentitem", "change_contentitem", "add_text")
    return scene.staff(name, *rights, countries=countries or CODES)


def item(code: str) -> ContentItem:
    return ContentItem.objects.get(code=code)


def change(code: str, by: Staff, *, sure: bool = False, **values: object) -> bool:
    told = replace(items.facts(item(code)), **values)  # type: ignore[arg-type]
    return items.change(item(code), told, by=by, edition=made(), sure=sure)


def refusals(act, *args, **options) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(*args, **options)
    return [one.sentence() for one in refused.value.problems]


# --- making -------------------------------------------------------------------------------------------


def test_new_item_hangs_under_its_topic(manager):
    items.make("faq-999", RISKY, by=manager, edition=made(), sure=False)

    found = item("faq-999")
    assert (found.kind, found.parent, found.order, found.topic) == (
        "faq",
        "rumours",
        4,
        "dangers",
    )
    assert items.facts(found) == RISKY


def test_new_item_with_its_english_words_is_in_the_next_edition(manager, tmp_path):
    new = items.make("faq-999", RISKY, by=manager, edition=made(), sure=False)
    said = Words("New danger?", "New danger", "Take care. {menu:safe-ways}")
    drafting.write(new, "en", said, bench=workbench(AT), by=manager, at=AT)

    shelf = Shelf(tmp_path)
    edition = publishing.publish(
        Kind.DEMONSTRATION,
        by=None,
        at=AT,
        shelf=shelf,
        dropping=("am", "ar", "fr", "om", "so", "sw", "ti"),
    ).edition

    assert edition.menus["KE", "en"].pages["rumours"].moves["4"] == "faq-999"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"parent": "nowhere"}, "its menu 'nowhere' does not exist."),
        ({"parent": "faq-006"}, "its menu 'faq-006' does not exist."),
        ({"order": 8}, "key '8' is not one of 1 to 7."),
        ({"order": 1}, "key 1 opens {one} and faq-999."),
        ({"parent": "main", "order": 6}, "key 6 of this menu belongs to the screens themselves."),
        ({"parent": "mine", "order": 2}, "key 2 of this menu belongs to the screens themselves."),
        ({"sources": ("S01", "S99")}, "there is no source S99."),
        ({"kind": "wording"}, "items of this kind are not made by hand."),
        (
            {"kind": "quiz", "parent": "", "order": 0, "explains": "faq-006"},
            "it has no right answer.",
        ),
    ],
)
def test_item_that_would_break_the_menus_is_refused(manager, values, said):
    told = replace(RISKY, **values)
    rival = ContentItem.objects.filter(parent=RISKY.parent, order=1).first()

    found = refusals(items.make, "faq-999", told, by=manager, edition=made(), sure=True)

    assert said.format(one=rival.code if rival else "") in found
    assert not ContentItem.objects.filter(code="faq-999").exists()


def test_name_that_is_taken_is_refused(manager):
    assert "there is an item of this name." in refusals(
        items.make, "faq-006", RISKY, by=manager, edition=made(), sure=True
    )


def test_item_for_all_countries_needs_somebody_who_holds_all(manager):
    kenyan = writer("otieno", "KE")

    found = refusals(items.make, "faq-999", RISKY, by=kenyan, edition=made(), sure=True)
    own = replace(RISKY, countries=("KE",))

    assert found == ["it would serve countries that are not yours."]
    assert items.make("faq-999", own, by=kenyan, edition=made(), sure=True).countries == ["KE"]


def test_role_that_does_not_write_is_refused():
    reader = scene.staff("reader", "view_contentitem")

    assert items.MAY_NOT in refusals(items.make, "x", RISKY, by=reader, edition=None, sure=True)
    assert refusals(change, "faq-006", reader, claim="law") == [items.MAY_NOT]
    assert refusals(items.retire, item("faq-006"), by=reader) == [items.MAY_NOT]
    assert refusals(items.put_back, item("faq-006"), by=reader) == [items.MAY_NOT]


# --- changing and moving ------------------------------------------------------------------------------


def test_facts_are_changed_without_asking_where_no_digit_moves(manager):
    assert change("faq-006", manager, sensitive=True, claim="law", review_days=30)
    found = item("faq-006")
    assert (found.sensitive, found.claim, found.review_days) == (True, "law", 30)


def test_same_facts_are_no_change(manager):
    assert not change("faq-006", manager)


def test_item_keeps_its_kind(manager):
    change("faq-006", manager, kind="story", claim="law")

    assert item("faq-006").kind == "faq"


def test_moved_item_asks_first_and_says_what_each_digit_would_open(manager):
    code, old = "faq-006", item("faq-006")

    with pytest.raises(Unconfirmed) as asked:
        change(code, manager, parent="asylum", order=6)

    assert asked.value.digits == (Digit(old.parent, str(old.order), code, "", CODES),)
    assert item(code).parent == old.parent


def test_moved_item_that_was_confirmed_hangs_under_its_new_topic(manager):
    assert change("faq-006", manager, sure=True, parent="asylum", order=6)

    found = item("faq-006")
    assert (found.parent, found.order, found.topic) == ("asylum", 6, "asylum")


def test_digit_that_opens_another_item_names_it(manager):
    old = item("faq-006")
    change("faq-006", manager, sure=True, parent="asylum", order=6)

    with pytest.raises(Unconfirmed) as asked:
        change("faq-007", manager, parent=old.parent, order=old.order)

    own = tuple(item("faq-007").countries)
    digit = Digit(
        old.parent, str(old.order), "faq-006", "faq-007", tuple(sorted(own, key=CODES.index))
    )
    assert digit in asked.value.digits


def test_item_that_leaves_a_country_takes_its_digit_there_only(manager):
    old = item("faq-006")

    with pytest.raises(Unconfirmed) as asked:
        change("faq-006", manager, countries=("KE", "UG"))

    gone = tuple(code for code in CODES if code not in ("KE", "UG"))
    assert asked.value.digits == (Digit(old.parent, str(old.order), "faq-006", "", gone),)


def test_nothing_was_learnt_where_nothing_is_published(manager):
    told = replace(items.facts(item("faq-006")), parent="asylum", order=6)

    assert items.change(item("faq-006"), told, by=manager, edition=None, sure=False)


def test_menu_cannot_hang_under_itself(manager):
    found = refusals(change, "dangers", manager, parent="dangers-east", order=6, sure=True)

    assert "its menus run in a circle." in found


def test_topic_that_texts_lead_to_stays_in_the_main_menu(manager):
    texts = Text.objects.filter(body__contains="{menu:asylum}")
    count = texts.count()
    named = texts.values("item").distinct().count()

    found = refusals(change, "asylum", manager, parent="dangers", order=7, sure=True)

    assert found == [
        f"{count} texts of {named} items lead to it by {{menu:asylum}}: change these first."
    ]


def test_moved_menu_takes_the_topic_of_what_hangs_under_it(manager):
    change("dangers-south", manager, sure=True, parent="going-home", order=7)

    below = ContentItem.objects.filter(parent="dangers-south")
    assert set(below.values_list("topic", flat=True)) == {"going-home"}


@pytest.mark.parametrize("code", ["main", "mine", "get-help"])
def test_what_the_screens_need_keeps_its_place(manager, code):
    before = item(code)

    change(code, manager, sure=True, parent="asylum", order=3, claim="advice")

    after = item(code)
    assert (after.parent, after.order, after.claim) == (before.parent, before.order, "advice")


def test_only_who_holds_all_countries_changes_what_is_for_all():
    kenyan = writer("otieno", "KE")

    assert not items.may_change(kenyan, item("faq-006"))
    assert refusals(change, "faq-006", kenyan, claim="law") == [
        items.MAY_NOT,
        "it would serve countries that are not yours.",
    ]


def test_own_countries_item_is_changed_but_not_given_to_others():
    kenyan = writer("otieno", "KE")
    own = items.make(
        "faq-999", replace(RISKY, countries=("KE",)), by=kenyan, edition=None, sure=True
    )

    assert items.may_change(kenyan, own)
    assert refusals(change, "faq-999", kenyan, countries=("KE", "ET"), sure=True) == [
        "it would serve countries that are not yours."
    ]


def test_wordings_are_nobodys_to_move(manager):
    assert not items.may_change(manager, item("ui.ussd.back"))


# --- who sees -----------------------------------------------------------------------------------------


def test_reader_sees_items_for_all_and_of_the_own_countries():
    ContentItem.objects.create(code="ke", kind="faq", countries=["KE"])
    ContentItem.objects.create(code="et", kind="faq", countries=["ET"])

    seen = set(items.visible(writer("otieno", "KE")).values_list("code", flat=True))

    assert ("ke" in seen, "et" in seen, "faq-006" in seen) == (True, False, True)


# --- retire and put back ------------------------------------------------------------------------------


def test_consequences_are_told_in_numbers():
    row = item("faq-006")

    found = items.consequences(row, made())

    assert set(found.languages) == set(row.texts.values_list("language", flat=True))
    newest = {text.language: len(text.phrasings) for text in row.texts.order_by("id")}
    assert found.phrasings == sum(newest.values())
    assert found.countries == CODES
    assert found.digits == (Digit(row.parent, str(row.order), "faq-006", "", CODES),)


def test_retired_item_is_in_no_edition_and_comes_back(manager):
    row = ContentItem.objects.exclude(
        code__in=ContentItem.objects.filter(kind="quiz").values("explains")
    ).filter(kind="faq", core=False)[0]

    items.retire(row, by=manager)
    assert row.code not in workbench(AT).content.nodes
    items.put_back(row, by=manager)

    assert row.code in workbench(AT).content.nodes


def test_menu_with_something_under_it_is_not_retired(manager):
    found = refusals(items.retire, item("dangers-east"), by=manager)

    assert set(found) == {"its menu 'dangers-east' does not exist."}


def test_answer_that_a_quiz_question_needs_is_not_retired(manager):
    quiz = ContentItem.objects.filter(kind="quiz")[0]

    assert f"nothing explains its answer: {quiz.explains!r} does not exist." in refusals(
        items.retire, item(quiz.explains), by=manager
    )


@pytest.mark.parametrize("code", ["main", "mine", "get-help"])
def test_what_the_screens_need_is_not_retired(manager, code):
    assert "the screens need it." in refusals(items.retire, item(code), by=manager)


def test_item_whose_key_is_taken_does_not_come_back(manager):
    row = items.make("faq-998", RISKY, by=manager, edition=None, sure=True)
    items.retire(row, by=manager)
    items.make("faq-999", RISKY, by=manager, edition=None, sure=True)

    assert refusals(items.put_back, row, by=manager) == ["key 4 opens faq-999 and faq-998."]


def test_retired_item_may_be_given_another_key(manager):
    row = items.make("faq-998", RISKY, by=manager, edition=None, sure=True)
    items.retire(row, by=manager)

    assert change("faq-998", manager, parent="asylum", order=6)


# --- where there is room ------------------------------------------------------------------------------


def test_facts_that_somebody_changed_meanwhile_are_told_before_they_are_written_over(manager):
    read = items.mark(items.facts(item("faq-043")))
    change("faq-043", manager, core=True)
    told = replace(items.facts(item("faq-043")), core=False, sensitive=True)

    said = refusals(
        items.change, item("faq-043"), told, by=manager, edition=None, sure=False, read=read
    )

    assert said == ["somebody changed it meanwhile; look at it again first."]
    assert (item("faq-043").core, item("faq-043").sensitive) == (True, False)
