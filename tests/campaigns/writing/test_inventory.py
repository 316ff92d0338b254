"""The tree of all content, and the state of every item's texts."""

from collections.abc import Iterator

import pytest

from campaigns.editions.content import MENU, QUIZ, ROOT, WORDING, Words
from campaigns.models import ContentItem, Text
from campaigns.writing import drafting, inventory
from campaigns.writing.inventory import Branch, Filter, becoming_stale, translations
from campaigns.writing.workbench import workbench
from tests.campaigns import scene
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def content() -> None:
    loaded("en", "so", "sw", at=AT)


def tree(**wanted: str) -> inventory.Inventory:
    return inventory.inventory(ContentItem.objects.all(), Filter(**wanted))


def codes(branches: tuple[Branch, ...] | list[Branch]) -> Iterator[str]:
    for one in branches:
        yield one.row.item.code
        yield from codes(one.below)


def row(code: str) -> inventory.Row:
    return inventory.rows_of(ContentItem.objects.filter(code=code))[0]


def english(code: str) -> Words:
    return workbench(AT).content.texts["en"][code]


def rewrite(code: str) -> Text:
    words = Words("New", "New", "New. {menu:asylum}")
    item = ContentItem.objects.get(code=code)
    writer = scene.staff("writer", "add_text")
    return drafting.write(item, "en", words, bench=workbench(AT), by=writer, at=AT)[0]


# --- the tree -----------------------------------------------------------------------------------------


def test_every_item_stands_once_under_its_menu():
    found = tree()

    items = ContentItem.objects.exclude(kind=WORDING).exclude(code=ROOT)
    assert sorted(codes((*found.topics, *found.quiz))) == sorted(
        items.values_list("code", flat=True)
    )
    by_code = {one.row.item.code: one for one in found.topics}
    below = [one.row.item.code for one in by_code["dangers"].below]
    menus = ContentItem.objects.filter(parent="dangers").order_by("order")
    assert below == list(menus.values_list("code", flat=True))


def test_topics_come_by_their_keys_and_help_last():
    topics = [one.row.item for one in tree().topics]

    orders = [item.order for item in topics[:-1]]
    assert (orders, topics[-1].code) == (sorted(orders), "get-help")


def test_tree_counts_what_is_said_not_menus():
    found = tree()
    said = ContentItem.objects.exclude(kind__in=[WORDING, MENU])

    assert found.found() == said.count()
    assert {one.row.item.kind for one in found.quiz} == {QUIZ}


def test_queries_do_not_grow_with_the_items(django_assert_num_queries):
    with django_assert_num_queries(5):
        tree()
    ContentItem.objects.bulk_create(
        ContentItem(code=f"more-{n}", kind="faq", parent="asylum", order=1) for n in range(20)
    )
    with django_assert_num_queries(5):
        tree()


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({"kind": "quiz"}, ContentItem.objects.filter(kind="quiz")),
        ({"component": "rights"}, ContentItem.objects.filter(component="rights")),
        ({"topic": "asylum"}, ContentItem.objects.filter(topic="asylum").exclude(kind=MENU)),
        ({"words": "FAQ-006"}, ContentItem.objects.filter(code="faq-006")),
    ],
)
def test_filters_find_what_they_say_below_its_menus(wanted, rows):
    found = tree(**wanted)

    items = list(codes((*found.topics, *found.quiz)))
    kinds = dict(ContentItem.objects.values_list("code", "kind"))
    assert sorted(c for c in items if kinds[c] != MENU) == sorted(
        rows.values_list("code", flat=True)
    )


def test_words_are_looked_for_in_title_and_body():
    found = tree(words=english("faq-006").body[:40].upper())

    assert list(codes(found.topics)) == ["dangers", "dangers-east", "faq-006"]


def test_country_finds_what_it_is_served():
    found = tree(country="KE", kind="faq")

    rows = [row for row in found.rows if row.item.code in set(codes(found.topics))]
    assert all(
        not row.item.countries or "KE" in row.item.countries
        for row in rows
        if row.item.kind == "faq"
    )
    assert "faq-044" not in {row.item.code for row in rows}


def test_nothing_found_is_an_empty_tree():
    found = tree(words="no such words anywhere")

    assert (found.topics, found.quiz, found.retired, found.found()) == ((), (), (), 0)


def test_retired_items_stand_apart():
    ContentItem.objects.filter(code="faq-006").update(retired=True)

    found = tree()

    assert [one.item.code for one in found.retired] == ["faq-006"]
    assert "faq-006" not in set(codes(found.topics))


# --- the state of texts -------------------------------------------------------------------------------


def test_item_is_fresh_where_translated_from_this_english():
    assert (row("faq-006").state, row("faq-006").fresh, row("faq-006").stale) == (
        "draft",
        ("so", "sw"),
        (),
    )


def test_changed_english_makes_its_translations_stale():
    rewrite("faq-006")

    assert (row("faq-006").fresh, row("faq-006").stale, row("faq-006").title) == (
        (),
        ("so", "sw"),
        "New",
    )


def test_language_is_missing_only_where_a_country_of_the_item_speaks_it():
    Text.objects.filter(language="sw", item__code__in=["faq-006", "faq-044"]).delete()

    kenyan = ContentItem.objects.get(code="faq-044").countries
    assert row("faq-006").missing == ("sw",)
    assert ("KE" in kenyan or "UG" in kenyan) == (row("faq-044").missing == ("sw",))


def test_item_without_english_says_so():
    ContentItem.objects.create(code="bare", kind="faq", countries=["ER"])

    assert (row("bare").state, row("bare").title) == ("none", "bare")


def test_wordings_are_grouped_by_prefix():
    groups = inventory.wordings(ContentItem.objects.all())

    keys = ContentItem.objects.filter(kind=WORDING).values_list("code", flat=True)
    assert [group.prefix for group in groups] == sorted({key.split(".")[1] for key in keys})
    assert sum(len(group.rows) for group in groups) == len(keys)


def test_wordings_are_found_by_their_words():
    (group,) = inventory.wordings(ContentItem.objects.all(), "ussd.back")

    assert [one.item.code for one in group.rows] == ["ui.ussd.back"]


# --- one item -----------------------------------------------------------------------------------------


def test_translations_of_an_item_with_their_state():
    Text.objects.filter(language="sw", item__code="faq-006").delete()
    rewrite("faq-006")

    found = translations(ContentItem.objects.get(code="faq-006"))

    assert [(one.language, one.status, one.stale) for one in found] == [
        ("so", "draft", True),
        ("sw", "", False),
    ]
    assert [one.name for one in found] == ["Soomaali", "Kiswahili"]


def test_translations_that_would_become_stale_are_named_beforehand():
    item, words = ContentItem.objects.get(code="faq-006"), english("faq-006")

    assert becoming_stale(item, words) == []
    assert becoming_stale(item, Words(words.title, words.short, "Other.")) == ["so", "sw"]


def test_stale_ones_do_not_become_stale_again():
    rewrite("faq-006")
    item = ContentItem.objects.get(code="faq-006")

    assert becoming_stale(item, Words("Newer", "Newer", "Newer.")) == []


def test_phrasings_make_nothing_stale():
    item, words = ContentItem.objects.get(code="faq-006"), english("faq-006")

    assert (
        becoming_stale(
            item, Words(words.title, words.short, words.body, words.sms, ("new",), words.ussd)
        )
        == []
    )
