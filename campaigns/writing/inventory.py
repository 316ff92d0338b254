"""What there is to say: the tree of topics with the state of every item's texts, in few queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from campaigns.editions.content import HELP_ITEM, MENU, QUIZ, ROOT, SOURCE, WORDING, Words
from campaigns.models import ContentItem, Text
from campaigns.press.drafts import UI
from campaigns.writing.drafting import compose_row, digest_of
from people import languages
from people.countries import CODES

Orders = Mapping[str, tuple[str, ...]]  # country -> languages of its menu
NO_TEXT = "none"  # state of an item without an English text
SHORTENED = 80  # characters of a body that stand for a missing title


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader looks for; "" does not filter."""

    words: str = ""
    kind: str = ""
    topic: str = ""
    country: str = ""
    component: str = ""

    def asked(self) -> bool:
        return any((self.words, self.kind, self.topic, self.country, self.component))


@dataclass(frozen=True, slots=True)
class Row:
    """An item, the state of its English text, and languages that have it fresh, stale or not at all."""

    item: ContentItem
    title: str
    body: str
    state: str
    fresh: tuple[str, ...]
    stale: tuple[str, ...]
    missing: tuple[str, ...]

    def matches(self, wanted: Filter) -> bool:
        item = self.item
        text = f"{item.code} {self.title} {self.body}".casefold()
        return (
            wanted.words.casefold() in text
            and wanted.kind in ("", item.kind)
            and wanted.topic in ("", item.topic, item.code)
            and (not wanted.country or not item.countries or wanted.country in item.countries)
            and wanted.component in ("", item.component)
        )


@dataclass(slots=True)
class Branch:
    """An item and what hangs under it, by key."""

    row: Row
    below: list["Branch"] = field(default_factory=list)

    def count(self) -> int:
        """Items that say something, not menus."""
        own = self.row.item.kind != MENU
        return own + sum(one.count() for one in self.below)


@dataclass(frozen=True, slots=True)
class Inventory:
    """The main menu's lines, the quiz, and what is retired."""

    topics: tuple[Branch, ...]
    quiz: tuple[Branch, ...]
    retired: tuple[Row, ...]
    rows: tuple[Row, ...]

    def found(self) -> int:
        return sum(one.count() for one in (*self.topics, *self.quiz)) + len(self.retired)


def inventory(items: QuerySet[ContentItem], wanted: Filter) -> Inventory:
    """The items as a tree; menus stay above what was found."""
    rows = [row for row in rows_of(items.exclude(kind=WORDING)) if row.item.code != ROOT]
    kept = {row.item.code: Branch(row) for row in rows if row.matches(wanted)}
    live = [row for row in rows if not row.item.retired]
    _with_menus(kept, {row.item.code: row for row in live})
    tops, quiz = [], []
    for branch in sorted(kept.values(), key=_placed):
        item = branch.row.item
        if item.retired:
            continue
        if item.kind == QUIZ:
            quiz.append(branch)
        elif item.parent in kept:
            kept[item.parent].below.append(branch)
        else:
            tops.append(branch)
    retired = tuple(one.row for one in kept.values() if one.row.item.retired)
    return Inventory(tuple(tops), tuple(quiz), retired, tuple(rows))


def _placed(branch: Branch) -> tuple[int, str]:
    item = branch.row.item
    return (8 if item.code == HELP_ITEM else item.order, item.code)


def _with_menus(kept: dict[str, Branch], rows: Mapping[str, Row]) -> None:
    """The menus above what was found."""
    for branch in list(kept.values()):
        above = branch.row.item.parent
        while above in rows and above not in kept:
            kept[above] = Branch(rows[above])
            above = rows[above].item.parent


def rows_of(items: QuerySet[ContentItem]) -> list[Row]:
    """Each item with the state of its newest texts: five queries, whatever the number of items."""
    newest = Text.objects.filter(item__in=items).order_by("item_id", "language", "-id")
    newest = newest.distinct("item_id", "language")
    english = {text.item_id: text for text in newest.filter(language=SOURCE).defer("phrasings")}
    others: dict[int, dict[str, str]] = {}
    light = newest.exclude(language=SOURCE).values_list("item_id", "language", "source_hash")
    for pk, language, made_from in light:
        others.setdefault(pk, {})[language] = made_from
    spoken = sorted(_spoken())
    orders = languages.orders()
    return [
        _row(
            item,
            english.get(item.pk),
            others.get(item.pk, {}),
            [one for one in spoken if wanted_in(item, one, orders)],
        )
        for item in items
    ]


def _spoken() -> set[str]:
    """Languages that anything is translated into."""
    return set(Text.objects.values_list("language", flat=True).distinct()) - {SOURCE}


def _row(
    item: ContentItem, english: Text | None, others: Mapping[str, str], wanted: Iterable[str]
) -> Row:
    current = english.digest if english else ""
    fresh = [language for language, made_from in others.items() if made_from in ("", current)]
    return Row(
        item,
        title_of(english) or item.code,
        english.body if english else "",
        english.status if english else NO_TEXT,
        tuple(sorted(fresh)),
        tuple(sorted(set(others) - set(fresh))),
        tuple(one for one in wanted if one not in others),
    )


def title_of(text: Text | None) -> str:
    """The title, or the beginning of the body where there is none, as of a quiz question."""
    if text is None:
        return ""
    return text.title or text.short or text.body[:SHORTENED]


def wanted_in(item: ContentItem, language: str, orders: Orders) -> bool:
    """Whether a country that the item serves speaks the language."""
    base = languages.base(language)
    return any(base in orders.get(country, ()) for country in item.countries or CODES)


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings of the screens whose keys begin alike."""

    prefix: str
    rows: tuple[Row, ...]


def wordings(items: QuerySet[ContentItem], words: str = "") -> list[Group]:
    """The wordings by the first part of their keys."""
    groups: dict[str, list[Row]] = {}
    for row in rows_of(items.filter(kind=WORDING, retired=False).order_by("code")):
        if words.casefold() in f"{row.item.code} {row.body}".casefold():
            prefix = row.item.code.removeprefix(UI).partition(".")[0]
            groups.setdefault(prefix, []).append(row)
    return [Group(prefix, tuple(rows)) for prefix, rows in sorted(groups.items())]


# --- one item -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Translation:
    """An item in one language: the state of its newest text; "" where there is none."""

    language: str
    name: str
    status: str
    stale: bool
    phrasings: int


def translations(item: ContentItem) -> list[Translation]:
    """Every language that has the item or should: four queries."""
    orders, known = languages.orders(), languages.known()
    newest = {
        text.language: text for text in item.texts.order_by("language", "-id").distinct("language")
    }
    english = newest.pop(SOURCE, None)
    names = sorted(one for one in _spoken() if one in newest or wanted_in(item, one, orders))
    current = english.digest if english else ""
    called = {one: known[one].autonym if one in known else one for one in names}
    return [_translation(one, called[one], newest.get(one), current) for one in names]


def _translation(language: str, name: str, text: Text | None, current: str) -> Translation:
    if text is None:
        return Translation(language, name, "", stale=False, phrasings=0)
    stale = text.source_hash not in ("", current)
    return Translation(language, name, text.status, stale, len(text.phrasings))


def becoming_stale(item: ContentItem, said: Words) -> list[str]:
    """Languages whose text is fresh now and would not be, were these the English words."""
    after = digest_of(compose_row(item, SOURCE, said))
    newest = item.texts.order_by("language", "-id").distinct("language")
    found = {
        language: (mark, made)
        for language, mark, made in newest.values_list("language", "digest", "source_hash")
    }
    current = found.pop(SOURCE, ("", ""))[0]
    if after == current:
        return []
    return sorted(language for language, (_, made_from) in found.items() if made_from == current)
