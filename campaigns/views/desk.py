"""The desk of the content editor: one item as somebody works on it, and all that its page shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from analytics import networks
from campaigns.blasts import budget, routes
from campaigns.editions.content import SHORT, SOURCE, WORDING, Node, Words
from campaigns.editions.edition import Edition
from campaigns.editions.problems import About, Problem
from campaigns.models import ContentItem, Fact, Text
from campaigns.press.drafts import words as words_of
from campaigns.views import history
from campaigns.writing import (
    drafting,
    gsm_safe,
    inventory,
    items,
    phrasings,
    renderings,
    room,
    text_fields,
)
from campaigns.writing.item_forms import FactsForm, WordsForm, as_told, asked_of, spoken
from campaigns.writing.items import Digit, Facts
from campaigns.writing.workbench import Workbench, workbench
from people import languages
from people.countries import CODES, COUNTRIES
from people.models import Staff
from people.views.reader import whoever

WRITE = "campaigns.add_text"
EARLIER = 10  # earlier texts shown
SAFE_FIELDS = ("title", "short", "body", "sms", "ussd")
NO_WORDS = Words("", "")
FIELD_OF: Mapping[str, str] = {  # beginning of a problem's sentence -> the field that mends it
    "the label": "short",
    "title or short": "title",
    "its right option": "options",
    "its menu": "parent",
    "its menus": "parent",
    "key {key}": "order",
    "it would serve": "countries",
    "there is no source": "sources",
    "it has no right": "correct",
    "nothing explains": "explains",
}


@dataclass
class Desk:
    """One item as somebody works on it: what is stored, what was typed, and what stands against it."""

    request: HttpRequest
    item: ContentItem
    problems: tuple[Problem, ...] = ()
    digits: tuple[Digit, ...] = ()
    safe: list[gsm_safe.Replacement] = field(default_factory=list)
    typed: Words | None = None  # put into the form by the page itself

    @cached_property
    def staff(self) -> Staff:
        return whoever(self.request)

    @cached_property
    def bench(self) -> Workbench:
        return workbench(timezone.now(), only=(SOURCE, *filter(None, [self.tongue])))

    @property
    def tongue(self) -> str:
        """The language to look at, as asked for."""
        return self.request.POST.get("tongue") or self.request.GET.get("tongue", "")

    @cached_property
    def edition(self) -> Edition | None:
        try:
            return routes.edition(simulated=settings.DEMONSTRATION)
        except routes.NoRoute:
            return None

    @cached_property
    def languages(self) -> dict[str, languages.Language]:
        return languages.known()

    @cached_property
    def text(self) -> Text | None:
        return drafting.newest(self.item, SOURCE) if self.item.pk else None

    @property
    def new(self) -> bool:
        return self.item.pk is None

    @property
    def may_write(self) -> bool:
        return self.staff.has_perm(WRITE)

    @property
    def may_change(self) -> bool:
        return self.new or items.may_change(self.staff, self.item)

    @property
    def posted(self) -> bool:
        """Whether the form came with it: a reader's fields do not."""
        return any(name in self.request.POST for name in asked_of(self.item.kind))

    @cached_property
    def stored(self) -> Words:
        return words_of(self.text) if self.text else NO_WORDS

    @cached_property
    def words_form(self) -> WordsForm:
        data = self.request.POST if self.posted and self.typed is None else None
        return WordsForm(data, kind=self.item.kind, initial=spoken(self.typed or self._taken()))

    def _taken(self) -> Words:
        """An earlier text that somebody takes up again, else the newest."""
        pk = self.request.GET.get("take", "")
        found = (
            self.item.texts.filter(language=SOURCE, pk=pk)
            if pk.isdecimal() and self.item.pk
            else ()
        )
        return words_of(found[0]) if found else self.stored

    def retype(self, words: Words) -> None:
        """Put other words into the form."""
        self.typed = words
        del self.words_form

    @property
    def words(self) -> Words:
        if self.typed is not None:
            return self.typed
        return self.words_form.words(self.stored) if self.posted else self._taken()

    @cached_property
    def facts_form(self) -> FactsForm:
        data = self.request.POST if "facts" in self.request.POST else None
        return FactsForm(
            data,
            kind=self.item.kind,
            code=self.item.code,
            by=self.staff,
            titles=self.titles,
            initial=as_told(items.facts(self.item)),
        )

    @property
    def facts(self) -> Facts:
        before = items.facts(self.item)
        if not self.may_change or "facts" not in self.request.POST:
            return before
        return self.facts_form.told(before)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Item -> its English title, for menus in their order."""
        texts = self.bench.content.texts.get(SOURCE, {})
        return {
            code: texts[code].title or texts[code].body
            for code in self.bench.content.nodes
            if code in texts
        }

    @property
    def node(self) -> Node:
        if self.item.kind == WORDING:
            return Node(self.item.code, WORDING, "", "0")
        parents = {code: one.parent for code, one in self.bench.content.nodes.items()}
        return items.as_node(self.item.code, self.facts, parents)

    @property
    def sound(self) -> bool:
        """Whether the fields by themselves can be taken."""
        forms = [self.words_form, self.facts_form] if self._says_facts else [self.words_form]
        return all([form.is_valid() for form in forms])  # noqa: C419 - each tells its errors

    @property
    def _says_facts(self) -> bool:
        return self.may_change and "facts" in self.request.POST


# --- what the page shows --------------------------------------------------------------------------------


def country_of(desk: Desk) -> str:
    """The country to look at: the one asked for, else one of the reader's that the item serves and that
    speaks English."""
    asked = desk.request.POST.get("look") or desk.request.GET.get("look", "")
    if asked in CODES:
        return asked
    serves = [code for code in CODES if code in (desk.item.countries or CODES)]
    own = [code for code in serves if code in desk.staff.countries]
    english = [code for code in own if SOURCE in desk.bench.orders.get(code, ())]
    return (english or own or serves)[0]


def spoken_by(desk: Desk) -> list[tuple[str, str]]:
    """The languages that can be looked at: English as it is being written, the others as stored."""
    have = desk.item.texts.values_list("language", flat=True).distinct() if desk.item.pk else ()
    codes = [SOURCE, *sorted(set(have) - {SOURCE})]
    return [(one, desk.languages[one].autonym) for one in codes if one in desk.languages]


def looked_at(desk: Desk) -> dict[str, Any]:
    """The renderings in the country and language chosen, with what they cost and what would go stale."""
    country, offered = country_of(desk), spoken_by(desk)
    language = desk.tongue if desk.tongue in dict(offered) else SOURCE
    stored = drafting.newest(desk.item, language) if language != SOURCE else None
    words = words_of(stored) if stored else desk.words
    shown = renderings.show(desk.bench, desk.node, words, country, language)
    gateways = routes.gateways().values()
    prices = budget.prices(gateways, CODES, timezone.now())
    able = {network: yes for one in gateways for network, yes in one.ucs2_ussd.items()}
    showing, named = renderings.showing(country, able), networks.of(country)
    costs = renderings.costs(desk.bench, desk.node, words, language, prices)
    return {
        "shown": shown,
        "costs": [(COUNTRIES[cost.country].name, cost) for cost in costs],
        "several": len({cost.gateway for cost in costs}) > 1,
        "networks": [[named.get(one, one) for one in some] for some in showing],
        "latin": languages.variant(language, desk.languages, letters=False) != language,
        "country_name": COUNTRIES[country].name,
        "look_countries": [(code, COUNTRIES[code].name) for code in CODES],
        "look_languages": offered,
        **_counts(desk),
    }


def _counts(desk: Desk) -> dict[str, Any]:
    """What is told beside the fields while somebody writes."""
    words = desk.words
    facts = desk.facts
    return {
        "free": room.free_keys(facts.parent, facts.countries, desk.item.code),
        "letters": len(words.short.strip()),
        "most_letters": SHORT,
        "asked": len(words.phrasings),
        "wanted": text_fields.ENOUGH,
        "near": phrasings.near_copies(words.phrasings),
        "stale": inventory.becoming_stale(desk.item, words) if desk.item.pk else [],
        "same": words == desk.stored and not desk.new,
    }


def page(desk: Desk) -> dict[str, Any]:
    """Everything of the item's own page."""
    beside = _beside(desk.problems)
    return {
        "desk": desk,
        "item": desk.item,
        "text": desk.text,
        "title": inventory.title_of(desk.text) or desk.item.code,
        "above": list(_above(desk)),
        "words_form": desk.words_form,
        "facts_form": desk.facts_form if desk.may_change else None,
        "facts": list(_told(desk)),
        "read_facts": desk.request.POST.get("facts") or items.mark(items.facts(desk.item)),
        "beside": beside,
        "general": beside.pop("", []),
        "digits": [_digit(desk, one) for one in desk.digits],
        "safe": desk.safe,
        "safe_words": list(_side_by_side(desk)) if desk.safe else [],
        "translations": [] if desk.new else inventory.translations(desk.item),
        "earlier": _earlier(desk),
        "changes": [] if desk.new else history.changes(desk.item),
        "consequences": _consequences(desk),
        **looked_at(desk),
        **inserted(desk),
    }


def _above(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """(code, key, title) of the menus above, the main menu first."""
    nodes = desk.bench.content.nodes
    found: list[tuple[str, str, str]] = []
    code = desk.item.parent
    while code in nodes and len(found) < len(nodes):
        found.append((code, nodes[code].key, desk.titles.get(code, code)))
        code = nodes[code].parent
    yield from reversed(found)


def _told(desk: Desk) -> Iterator[tuple[Any, str]]:
    """(label, value) of the facts, for whoever only reads them."""
    form = FactsForm(
        kind=desk.item.kind,
        code=desk.item.code,
        by=desk.staff,
        titles=desk.titles,
        initial=as_told(items.facts(desk.item)),
    )
    for name, one in form.fields.items():
        value = form.initial.get(name)
        choices = dict(getattr(one, "choices", None) or ())
        many = value if isinstance(value, list) else [value]
        words = [
            str(choices.get(str(each), choices.get(each, each)))
            for each in many
            if each is not None
        ]
        yield one.label, "; ".join(words)


def _beside(problems: tuple[Problem, ...]) -> dict[str, list[Problem]]:
    """Field -> problems that are mended there; those of a text as a whole stand at the body, others at ""."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        name = next((f for start, f in FIELD_OF.items() if problem.said.startswith(start)), "")
        found.setdefault(name or ("body" if problem.about is About.TEXT else ""), []).append(
            problem
        )
    return found


def _digit(desk: Desk, digit: Digit) -> dict[str, Any]:
    titles = desk.titles
    return {
        "key": digit.key,
        "menu": titles.get(digit.menu, digit.menu),
        "before": titles.get(digit.before, digit.before),
        "after": titles.get(digit.after, digit.after),
        "countries": [COUNTRIES[code].name for code in digit.countries],
        "everywhere": len(digit.countries) == len(CODES),
    }


def _side_by_side(desk: Desk) -> Iterator[tuple[Any, list[renderings.Piece], str]]:
    """(label, as written with the characters marked, with all replacements) of the fields that would change."""
    taken = [one.character for one in desk.safe]
    for name in SAFE_FIELDS:
        written = getattr(desk.words, name)
        after = gsm_safe.apply(written, taken)
        if after != written:
            yield desk.words_form.fields[name].label, list(renderings.marked(written)), after


def sendable(words: Words) -> list[str]:
    """All that is ever sent or shown."""
    return [*(getattr(words, name) for name in SAFE_FIELDS), *words.options]


def _earlier(desk: Desk) -> list[Text]:
    if desk.new:
        return []
    texts = desk.item.texts.filter(language=SOURCE).select_related("approver").order_by("-id")
    return list(texts[1 : EARLIER + 1])


def _consequences(desk: Desk) -> dict[str, Any] | None:
    kept = desk.new or desk.item.code in items.NEEDED
    if kept or not items.may_change(desk.staff, desk.item):
        return None
    found = items.consequences(desk.item, desk.edition)
    return {
        "languages": len(found.languages),
        "phrasings": found.phrasings,
        "countries": len(found.countries),
        "digits": [_digit(desk, one) for one in found.digits],
    }


def inserted(desk: Desk) -> dict[str, Any]:
    """Every token with what it becomes in the country looked at."""
    claims = dict(Fact.objects.values_list("code", "claim"))
    country = country_of(desk)
    return {
        "tokens": renderings.insertable(desk.bench, country, SOURCE, claims),
        "country_name": COUNTRIES[country].name,
    }
