"""Content items and their places in the menus: make, change, move, retire and put back.

Digits that people have learnt are kept, or changed knowingly: whoever moves an item is told first which key
will open something else, in which countries, against the edition that people dial now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from campaigns.editions.content import (
    HELP_ITEM,
    HELP_SORT,
    MENU,
    MINE,
    QUIZ,
    ROOT,
    SHOWN,
    TOPIC_KEYS,
    WORDING,
    Node,
    structure_problems,
    topic,
)
from campaigns.editions.edition import Edition
from campaigns.editions.problems import MOVED, Problem, Refused
from campaigns.models import ContentItem, Sort, Source, Text
from campaigns.press.drafts import node
from campaigns.writing.room import TAKEN
from people.countries import CODES
from people.models import Staff

ADD, CHANGE = "campaigns.add_contentitem", "campaigns.change_contentitem"
MADE_BY_HAND = (Sort.MENU, Sort.ARTICLE, Sort.FAQ, Sort.QUIZ, Sort.STORY)
NEEDED = (ROOT, MINE, HELP_ITEM)  # no edition stands without them


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of an item beside its words; `countries` empty: all. `order` is its key, 0 for none."""

    kind: str
    parent: str = ""
    order: int = 0
    countries: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    component: str = ""
    sensitive: bool = False
    core: bool = False
    claim: str = ""
    review_days: int | None = None
    sources: tuple[str, ...] = ()
    correct: int | None = None
    explains: str = ""
    consent: str = ""

    def place(self) -> tuple[object, ...]:
        """What decides which digits open it, and where."""
        return (self.parent, self.order, self.countries)


@dataclass(frozen=True, slots=True)
class Digit:
    """A key that opens something else than in the edition people dial now; `after` "": nothing."""

    menu: str
    key: str
    before: str
    after: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What goes with an item that is retired, in numbers."""

    languages: tuple[str, ...]  # in which it has words
    phrasings: int  # ways to ask that no longer lead to it
    countries: tuple[str, ...]
    digits: tuple[Digit, ...]


class Unconfirmed(ValueError):  # noqa: N818 - named for what it is
    """Keys that people have learnt would change their meaning: nothing was written."""

    def __init__(self, digits: Sequence[Digit]) -> None:
        self.digits = tuple(digits)
        super().__init__(f"{len(self.digits)} keys change their meaning")


# --- who ----------------------------------------------------------------------------------------------


def visible(staff: Staff) -> QuerySet[ContentItem]:
    """Items of all countries and of the reader's own."""
    return ContentItem.objects.filter(Q(countries=[]) | Q(countries__overlap=staff.countries))


def holds(staff: Staff, countries: Iterable[str]) -> bool:
    """Whether all of these countries are the staff's own; none named means all of them."""
    return set(countries or CODES) <= set(staff.countries)


def may_change(staff: Staff, item: ContentItem) -> bool:
    """Wordings come and go with the screens that say them: nobody moves one."""
    return item.kind != WORDING and staff.has_perm(CHANGE) and holds(staff, item.countries)


# --- what ---------------------------------------------------------------------------------------------


def facts(item: ContentItem) -> Facts:
    values: dict[str, Any] = {}
    for one in fields(Facts):
        value = getattr(item, one.name)
        values[one.name] = tuple(value) if isinstance(value, list) else value
    return Facts(**values)


def as_node(code: str, told: Facts, parents: Mapping[str, str] | None = None) -> Node:
    """The item as an edition would have it; `parents` tell under which line of the main menu it is."""
    item = ContentItem(code=code)
    _put(item, told)
    item.topic = topic(code, {**(parents or {}), code: told.parent})
    return node(item, {})


def make(code: str, told: Facts, *, by: Staff, edition: Edition | None, sure: bool) -> ContentItem:
    """A new item, without words yet. Raises Refused or Unconfirmed."""
    item = ContentItem(code=code, kind=told.kind)
    problems = [] if by.has_perm(ADD) else [Problem(MAY_NOT, code=code)]
    if told.kind not in MADE_BY_HAND:
        problems.append(
            Problem(gettext_noop("items of this kind are not made by hand."), code=code)
        )
    with transaction.atomic():
        if _locked().filter(code=code).exists():
            problems.append(Problem(gettext_noop("there is an item of this name."), code=code))
        return _write(item, told, problems, by=by, edition=edition, sure=sure)


def mark(told: Facts) -> str:
    """Tells whether somebody changed the facts meanwhile."""
    return sha256(repr(told).encode()).hexdigest()[:16]


def change(
    item: ContentItem,
    told: Facts,
    *,
    by: Staff,
    edition: Edition | None,
    sure: bool,
    read: str = "",
) -> bool:
    """Write the facts; whether anything changed. Raises Refused, or Unconfirmed unless `sure`.

    `read`: mark of the facts that the writer began from; where they are others by now, it is told first.
    """
    with transaction.atomic():
        item = _locked().get(pk=item.pk)
        before = facts(item)
        told = _as_it_may_be(item, told, before)
        if told == before:
            return False
        problems = [] if may_change(by, item) else [Problem(MAY_NOT, code=item.code)]
        problems += [Problem(MOVED, code=item.code)] if read not in ("", mark(before)) else []
        problems += _named_still(item) if told.parent != before.parent else []
        _write(item, told, problems, by=by, edition=edition, sure=sure)
    return True


def _as_it_may_be(item: ContentItem, told: Facts, before: Facts) -> Facts:
    """An item keeps its kind; those the screens need keep their place, and a quiz has none."""
    told = replace(told, kind=before.kind)
    if item.code in NEEDED or item.kind in (QUIZ, WORDING):
        return replace(told, parent=before.parent, order=before.order)
    return told


MAY_NOT = gettext_noop("only who holds all its countries, in a role that writes, may change it.")


def _write(
    item: ContentItem,
    told: Facts,
    problems: list[Problem],
    *,
    by: Staff,
    edition: Edition | None,
    sure: bool,
) -> ContentItem:
    moved = item.pk is None or facts(item).place() != told.place()
    problems = [*problems, *_faults(item.code, told, by=by)]
    _put(item, told)
    nodes = _nodes()
    if not item.retired:
        problems += _new_problems(nodes, {**nodes, item.code: node(item, {})})
    if problems:
        raise Refused(problems)
    changed = digits(item.code, item, nodes, edition) if moved and not item.retired else []
    if changed and not sure:
        raise Unconfirmed(changed)
    item.save()
    _set_topics()
    return item


def _put(item: ContentItem, told: Facts) -> None:
    for one in fields(Facts):
        value = getattr(told, one.name)
        setattr(item, one.name, list(value) if isinstance(value, tuple) else value)


def _locked() -> QuerySet[ContentItem]:
    """Under one lock: two people must not both take the last free key."""
    list(ContentItem.objects.select_for_update().filter(code=ROOT).values_list("pk"))
    return ContentItem.objects.all()


def _nodes() -> dict[str, Node]:
    items = ContentItem.objects.filter(retired=False).exclude(kind=WORDING).order_by("id")
    return {item.code: node(item, {}) for item in items}


def _set_topics() -> None:
    """The line of the main menu each item is under, where it has become another."""
    items = list(ContentItem.objects.exclude(kind=WORDING))
    parents = {item.code: item.parent for item in items}
    moved = []
    for item in items:
        under = topic(item.code, parents)
        if item.topic != under:
            item.topic = under
            moved.append(item)
    ContentItem.objects.bulk_update(moved, ["topic"])


# --- what stands against it -----------------------------------------------------------------------------


def _faults(code: str, told: Facts, *, by: Staff) -> list[Problem]:
    said: list[Problem] = []
    if not holds(by, told.countries):
        said.append(
            Problem(gettext_noop("it would serve countries that are not yours."), code=code)
        )
    if str(told.order) in TAKEN.get(told.parent, ()):
        text = gettext_noop("key {key} of this menu belongs to the screens themselves.")
        said.append(Problem(text, code=code, values={"key": str(told.order)}))
    known = set(Source.objects.filter(code__in=told.sources).values_list("code", flat=True))
    for lost in sorted(set(told.sources) - known):
        text = gettext_noop("there is no source {source}.")
        said.append(Problem(text, code=code, values={"source": lost}))
    return said


def _new_problems(before: Mapping[str, Node], after: Mapping[str, Node]) -> list[Problem]:
    """What would be broken and is not now."""
    old = set(map(str, structure_problems(before)))
    return [one for one in structure_problems(after) if str(one) not in old]


def _named_still(item: ContentItem) -> list[Problem]:
    """Texts that lead to a line of the main menu: it has to stay one while they do."""
    if item.kind != MENU or item.parent != ROOT:
        return []
    token = f"{{menu:{item.code}}}"
    newest = Text.objects.filter(item__retired=False).order_by("item_id", "language", "-id")
    rows = newest.distinct("item_id", "language").values_list("item__code", "body", "sms", "ussd")
    named = [code for code, *parts in rows if any(token in part for part in parts)]
    if not named:
        return []
    text = gettext_noop("{texts} texts of {items} items lead to it by {token}: change these first.")
    values = {"texts": str(len(named)), "items": str(len(set(named))), "token": token}
    return [Problem(text, code=item.code, values=values)]


# --- retire and put back --------------------------------------------------------------------------------


def consequences(item: ContentItem, edition: Edition | None) -> Consequences:
    """What retiring would take from people."""
    newest = item.texts.order_by("language", "-id").distinct("language")
    rows = list(newest.values_list("language", "phrasings"))
    nodes = _nodes()
    gone = {code: one for code, one in nodes.items() if code != item.code}
    return Consequences(
        tuple(language for language, _ in rows),
        sum(len(phrasings) for _, phrasings in rows),
        tuple(item.countries) or CODES,
        tuple(digits(item.code, None, gone, edition)) if item.code in nodes else (),
    )


def retire(item: ContentItem, *, by: Staff) -> None:
    """No edition made from now on holds it; nothing is deleted. Raises Refused."""
    with transaction.atomic():
        item = _locked().get(pk=item.pk)
        problems = [] if may_change(by, item) else [Problem(MAY_NOT, code=item.code)]
        if item.code in NEEDED or item.kind == HELP_SORT:
            problems.append(Problem(gettext_noop("the screens need it."), code=item.code))
        nodes = _nodes()
        gone = {code: one for code, one in nodes.items() if code != item.code}
        problems += _new_problems(nodes, gone) + _named_still(item)
        if problems:
            raise Refused(problems)
        item.retired = True
        item.save(update_fields=["retired"])


def put_back(item: ContentItem, *, by: Staff) -> None:
    """The next edition may hold it again. Raises Refused, as where its key is another's now."""
    with transaction.atomic():
        item = _locked().get(pk=item.pk)
        problems = [] if may_change(by, item) else [Problem(MAY_NOT, code=item.code)]
        nodes = _nodes()
        problems += _new_problems(nodes, {**nodes, item.code: node(item, {})})
        if problems:
            raise Refused(problems)
        item.retired = False
        item.save(update_fields=["retired"])
        _set_topics()


# --- digits ---------------------------------------------------------------------------------------------


def digits(
    code: str, item: ContentItem | None, nodes: Mapping[str, Node], edition: Edition | None
) -> list[Digit]:
    """Keys that would open something else than in the edition, where `code` is or would be; `nodes`: now.

    `item` as it would be; None: gone.
    """
    if edition is None:
        return []
    after = {key: one for key, one in nodes.items() if key != code}
    if item is not None:
        after[code] = node(item, {})
    learnt = {country: _moves(edition, country) for country in CODES}
    places = {(one.parent, one.key) for one in (nodes.get(code), after.get(code)) if one}
    for moves in learnt.values():
        places |= {(menu, key) for menu, keys in moves.items() for key in keys if keys[key] == code}
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for country, moves in learnt.items():
        for menu, key in sorted(places):
            before = moves.get(menu, {}).get(key, "")
            then = _opens(after.values(), menu, key, country)
            if before and before != then:
                found.setdefault((menu, key, before, then), []).append(country)
    return [Digit(*place, tuple(countries)) for place, countries in found.items()]


def _opens(nodes: Iterable[Node], menu: str, key: str, country: str) -> str:
    listed = (one for one in nodes if one.parent == menu and one.key == key and one.serves(country))
    return next((one.code for one in listed if one.kind in (*SHOWN, MENU)), "")


def _moves(edition: Edition, country: str) -> dict[str, dict[str, str]]:
    """Menu -> key -> what it opens, in any language of the country."""
    found: dict[str, dict[str, str]] = {}
    for place in edition.menus:
        if place[0] == country:
            for name, page in edition.menus[place].pages.items():
                if not page.item and "." not in name:
                    found.setdefault(name, {}).update(_learnt(page.moves))
    return found


def _learnt(moves: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((key, move) for key, move in moves.items() if key in TOPIC_KEYS and "." not in move)
