"""How far the translations are: the state of each item in each language, and what a language still needs.

Nothing about it is stored. A text holds the digest of the English it was made from, so a changed English
text makes all its translations stale in the same moment.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.editions.content import FAQ, QUIZ, SOURCE, WORDING, Content, lacking
from campaigns.models import ContentItem, Text
from campaigns.press.drafts import UI, gather
from campaigns.press.facts import figures
from campaigns.writing.text_fields import ENOUGH
from campaigns.writing.workbench import house_kind
from people import languages
from people.countries import CODES
from people.languages import Language


class State(StrEnum):
    """Where one item stands in one language; each pair is in one state, the most pressing one."""

    MISSING = "missing"
    STALE = "stale"
    RETURNED = "returned"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"


WAITING = (State.DRAFT, State.REVIEWED)  # for somebody to approve
OPEN = (State.MISSING, State.STALE, State.RETURNED)  # for somebody to write
Orders = Mapping[str, tuple[str, ...]]  # country -> languages of its menu
THIN = "thin"  # a filter like a state: answers with fewer than ENOUGH ways of asking
STATE_WORDS: Mapping[str, object] = {
    State.MISSING: _("missing"),
    State.STALE: _("English changed since"),
    State.RETURNED: _("sent back"),
    State.DRAFT: _("draft"),
    State.REVIEWED: _("reviewed by a native reader"),
    State.APPROVED: _("approved"),
    THIN: _("too few ways of asking"),
}

TONES = {
    State.MISSING: "state-stopped",
    State.STALE: "state-paused",
    State.RETURNED: "state-stopped",
    State.APPROVED: "state-running",
}


def state(status: str, source_hash: str, english: str) -> State:
    """The state of the newest text; `english`: digest of the newest English text of its item."""
    return State.STALE if source_hash not in ("", english) else State(status)


@dataclass(frozen=True, slots=True)
class Progress:
    """One language in numbers. The states part `items` among them; `thin` counts answers of `faqs`."""

    code: str
    name: str  # in the language itself
    english_name: str
    items: int
    counts: Mapping[str, int]
    faqs: int = 0
    thin: int = 0

    @property
    def base(self) -> str:
        return languages.base(self.code)

    @property
    def texts(self) -> int:
        return self.items - self.missing

    @property
    def missing(self) -> int:
        return self.counts.get(State.MISSING, 0)

    @property
    def stale(self) -> int:
        return self.counts.get(State.STALE, 0)

    @property
    def returned(self) -> int:
        return self.counts.get(State.RETURNED, 0)

    @property
    def drafts(self) -> int:
        return self.counts.get(State.DRAFT, 0)

    @property
    def reviewed(self) -> int:
        return self.counts.get(State.REVIEWED, 0)

    @property
    def waiting(self) -> int:
        return self.drafts + self.reviewed

    @property
    def approved(self) -> int:
        return self.counts.get(State.APPROVED, 0)


def items_of(countries: Sequence[str]) -> QuerySet[ContentItem]:
    """Living items that staff of these countries work on: those for everybody, and their own."""
    own = Q(countries=[]) | Q(countries__overlap=list(countries))
    return ContentItem.objects.filter(own, retired=False)


def newest_texts(countries: Sequence[str]) -> QuerySet[Text]:
    """The newest text of each item in each language."""
    texts = Text.objects.filter(item__in=items_of(countries))
    return texts.order_by("item_id", "language", "-id").distinct("item_id", "language")


@dataclass(frozen=True, slots=True)
class _Newest:
    item: int
    language: str
    status: str
    digest: str
    source_hash: str
    phrasings: int | None


def progress(countries: Sequence[str]) -> list[Progress]:
    """Every language with texts: the source first, then the fullest, each before its Latin variant.

    Three queries. What has no English text yet is nobody's to translate and is not counted.
    """
    kinds = dict(items_of(countries).values_list("pk", "kind"))
    rows = [
        _Newest(*row)
        for row in newest_texts(countries).values_list(
            "item_id", "language", "status", "digest", "source_hash", F("phrasings__len")
        )
    ]
    english = {row.item: row.digest for row in rows if row.language == SOURCE}
    known = languages.known()
    spoken: dict[str, list[_Newest]] = {}
    for row in rows:
        if row.item in english:
            spoken.setdefault(row.language, []).append(row)
    found = {
        code: _progress(known.get(code) or _nameless(code), own, english, kinds)
        for code, own in spoken.items()
    }
    fullness = {code: one.texts for code, one in found.items()}
    return sorted(found.values(), key=lambda one: _rank(one, fullness))


def _rank(one: Progress, fullness: Mapping[str, int]) -> tuple[bool, int, str, bool]:
    """A variant stands under its base, however full it is."""
    base = one.base
    return (base != SOURCE, -fullness.get(base, one.texts), base, one.code != base)


def _nameless(code: str) -> Language:
    """A language of texts that the tables do not know any more."""
    return Language(code, "", code, code, code, "", "ltr")


def _progress(
    language: Language,
    rows: Iterable[_Newest],
    english: Mapping[int, str],
    kinds: Mapping[int, str],
) -> Progress:
    own = {row.item: row for row in rows}
    counts = Counter(state(row.status, row.source_hash, english[row.item]) for row in own.values())
    counts[State.MISSING] = len(english) - len(own)
    faqs = [item for item in english if kinds[item] == FAQ]
    enough = [item for item in faqs if item in own and (own[item].phrasings or 0) >= ENOUGH]
    return Progress(
        code=language.code,
        name=language.autonym,
        english_name=language.name,
        items=len(english),
        counts={str(one): number for one, number in counts.items()},
        faqs=len(faqs),
        thin=len(faqs) - len(enough),
    )


@dataclass(frozen=True, slots=True)
class Readiness:
    """A language and whether its menu can stand. `gap`: codes it lacks for that, as what is served demands.

    `countries`: where its menu is offered once it stands.
    """

    progress: Progress
    gap: tuple[str, ...]
    countries: tuple[str, ...]

    @property
    def stands(self) -> bool:
        return not self.gap


def readiness(countries: Sequence[str], *, at: datetime) -> list[Readiness]:
    """Every language with texts or with a country that speaks it; a fixed number of queries.

    Whether it stands is asked of the content as publishing would take it now: in a live house of approved
    texts alone.
    """
    rows = progress(countries)
    kind = house_kind()
    content, _left_out = gather(kind, figures(kind, on=timezone.localdate(at)))
    living = ContentItem.objects.filter(kind=WORDING, retired=False)
    wordings = tuple(living.order_by("id").values_list("code", flat=True))
    orders = languages.orders()
    return [
        Readiness(row, _gap(content, row.code, wordings), _spoken_in(row.code, orders))
        for row in [*rows, *_unbegun(rows, orders)]
    ]


def _gap(content: Content, language: str, wordings: Iterable[str]) -> tuple[str, ...]:
    """What the language lacks; words of the screens also while their English is not served itself."""
    said = content.wordings.get(language, {})
    keys = [code for code in wordings if not said.get(code.removeprefix(UI))]
    rest = [code for code in lacking(content, language) if not code.startswith(UI)]
    return (*keys, *rest)


def _spoken_in(language: str, orders: Orders) -> tuple[str, ...]:
    base = languages.base(language)
    return tuple(country for country in CODES if base in orders.get(country, ()))


def _unbegun(rows: Sequence[Progress], orders: Orders) -> list[Progress]:
    """Languages of some country that have not a single text."""
    begun = {row.code for row in rows}
    source = next((row for row in rows if row.code == SOURCE), None)
    items, faqs = (source.items, source.faqs) if source else (0, 0)
    missing: dict[str, int] = {State.MISSING: items}
    return [
        Progress(one.code, one.autonym, one.name, items, missing, faqs=faqs, thin=faqs)
        for one in languages.known().values()
        if one.code not in begun and _spoken_in(one.code, orders) and items
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """One item in one language: the newest English text, the newest text, and where that stands."""

    item: ContentItem
    english: Text
    text: Text | None
    state: State

    @property
    def thin(self) -> bool:
        said = len(self.text.phrasings) if self.text else 0
        return self.item.kind == FAQ and said < ENOUGH

    @property
    def name(self) -> str:
        """What a list shows of the English: its title, the first words of a wording or a question."""
        return self.english.title or self.english.body[:80]

    @property
    def word(self) -> object:
        return STATE_WORDS[self.state]

    @property
    def tone(self) -> str:
        """The colour class of the state's badge."""
        return TONES.get(self.state, "")

    @property
    def group(self) -> str:
        """What a list puts it under: the line of the main menu, the quiz, the words of the screens."""
        return self.item.kind if self.item.kind in (WORDING, QUIZ) else self.item.topic

    def matches(self, wanted: str) -> bool:
        """Whether it belongs into a list filtered by a state, or by THIN; "" filters nothing."""
        if wanted == THIN:
            return self.thin
        return wanted in ("", self.state) or (wanted == "waiting" and self.state in WAITING)


def standings(language: str, countries: Sequence[str]) -> list[Standing]:
    """All items in one language as a reader meets them: menus and answers by topic, wordings last.

    Two queries.
    """
    rows = newest_texts(countries).filter(language__in=(language, SOURCE)).select_related("item")
    pairs: dict[int, dict[str, Text]] = {}
    for row in rows:
        pairs.setdefault(row.item_id, {})[row.language] = row
    found = [
        standing(texts[SOURCE].item, texts[SOURCE], texts.get(language))
        for texts in pairs.values()
        if SOURCE in texts
    ]
    return sorted(found, key=_place)


def standing(item: ContentItem, english: Text, text: Text | None) -> Standing:
    if text is None:
        return Standing(item, english, None, State.MISSING)
    return Standing(item, english, text, state(text.status, text.source_hash, english.digest))


def _place(one: Standing) -> tuple[bool, bool, str, int, str]:
    item = one.item
    return (item.kind == WORDING, item.kind == QUIZ, one.group, item.order, item.code)


def search(rows: Iterable[Standing], wanted: str) -> list[Standing]:
    """Those whose code or words, English or translated, hold all the words looked for."""
    words = wanted.casefold().split()
    return [row for row in rows if all(word in _haystack(row) for word in words)]


def _haystack(row: Standing) -> str:
    texts = (row.english, row.text) if row.text else (row.english,)
    said = " ".join(f"{one.title} {one.short} {one.body}" for one in texts)
    return f"{row.item.code} {said}".casefold()


def neighbours(rows: Sequence[Standing], code: str) -> tuple[str, str]:
    """Codes of the items before and after that somebody has to write ("" where there is none)."""
    at = next((n for n, row in enumerate(rows) if row.item.code == code), 0)
    before = [row.item.code for row in rows[:at] if row.state in OPEN]
    after = [row.item.code for row in rows[at + 1 :] if row.state in OPEN]
    return (before[-1] if before else "", after[0] if after else "")


def earlier(item: ContentItem, language: str) -> list[Text]:
    """All texts of the item in the language, newest first, with who approved them."""
    rows = Text.objects.filter(item=item, language=language).select_related("approver", "item")
    return list(rows.order_by("-id"))


def made_from(item: ContentItem, text: Text | None) -> Text | None:
    """The English text that a translation was made from; None where no row has those words any more."""
    if text is None or not text.source_hash:
        return None
    same = Text.objects.filter(item=item, language=SOURCE, digest=text.source_hash)
    return same.order_by("-id").first()
