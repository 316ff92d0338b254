"""Publishing: the content tables become one immutable edition, or a list of what is wrong (D5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns import directory, menus
from campaigns.content import FAQ, HELP_SORT, SOURCE, Content, as_item, lacking, structure_problems
from campaigns.drafts import gather
from campaigns.edition import MARKS, STANDARD, Budget, Edition, Kind, Menu, make
from campaigns.models import Edition as Row
from campaigns.rendering import Known
from campaigns.shelf import Shelf
from campaigns.tokens import Number
from campaigns.wording import text_problems
from gateways import segments
from people import languages
from people.countries import CODES
from people.models import Staff

SMS_PARTS = {
    "GSM-7": 2,
    "UCS-2": 4,
}  # what an answer may cost; Ethiopic and Arabic take twice the parts


class Refused(ValueError):  # noqa: N818 - named for what it is
    """The content cannot be published; `problems` says all that is wrong, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Published:
    """What came out: the edition, whether it is a new one, and what was left out and why."""

    edition: Edition
    new: bool
    left_out: tuple[str, ...]


def publish(kind: Kind, *, by: Staff | None, at: datetime, shelf: Shelf) -> Published:
    """Make the edition, store it and put it on the shelf; raises Refused. The same content is no news."""
    content, left_out = gather(kind)
    numbers, unproved = directory.numbers(kind, on=at.date())
    edition, missing = compose(content, numbers, kind=kind, at=at, problems=unproved)
    with transaction.atomic():
        edition, new = _store(edition, by=by)
    shelf.put(edition)
    return Published(edition, new, (*missing, *left_out))


def compose(
    content: Content,
    numbers: list[Number],
    *,
    kind: Kind,
    at: datetime,
    budget: Budget = STANDARD,
    problems: Iterable[str] = (),
) -> tuple[Edition, list[str]]:
    """The edition and the languages left out of it; raises Refused with every problem at once."""
    standing, missing = _standing(content)
    broken = structure_problems(content.nodes)
    broken += [p for language in standing for p in text_problems(content, language)]
    if SOURCE not in standing:
        broken.append(f"{SOURCE}: the source language lacks {_few(lacking(content, SOURCE))}.")
    if broken:
        raise Refused([*problems, *broken])
    made, lists, wrong = _menus(content, standing, numbers, mark=MARKS[kind], budget=budget)
    spoken = sorted({menu.language for menu in made})
    edition = make(
        kind=kind,
        made_at=at,
        items=[
            as_item(node, content, spoken)
            for node in content.nodes.values()
            if node.kind in (FAQ, HELP_SORT)
        ],
        menus=made,
        lists=lists,
        phrasings=_phrasings(content, spoken),
        words={one: content.wordings[one] for one in spoken},
        numbers=numbers,
        budget=budget,
    )
    found = [*problems, *wrong, *_long_messages(edition)]
    if found:
        raise Refused(found)
    return edition, [*missing, *_letters(made)]


def _standing(content: Content) -> tuple[list[str], list[str]]:
    """Languages whose menu stands, and a sentence about each of the others."""
    gaps = {language: lacking(content, language) for language in content.texts}
    standing = [language for language, gap in gaps.items() if not gap]
    missing = [
        f"{language} is left out: it lacks {_few(gap)}." for language, gap in gaps.items() if gap
    ]
    missing += [
        f"{country} gets English: none of its own languages is complete."
        for country in CODES
        if not set(languages.order(country)) & set(map(languages.base, standing))
    ]
    return standing, missing


def _few(names: list[str], most: int = 8) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _menus(
    content: Content, standing: list[str], numbers: list[Number], *, mark: str, budget: Budget
) -> tuple[list[Menu], dict[tuple[str, str], Menu], list[str]]:
    """Every country's menus and its two lists of languages, with all that does not fit."""
    made: list[Menu] = []
    lists: dict[tuple[str, str], Menu] = {}
    problems: list[str] = []
    known = Known()
    for country in CODES:
        here: list[Menu] = []
        speaks = _speaks(country, standing)
        for base, language in speaks:
            place = menus.Place(country, language, base, mark, budget)
            menu, wrong = menus.menu(content, place, numbers, known)
            here.append(menu)
            problems += wrong
            if (base, language) == speaks[-1] and all(one.unicode for one in here):
                speaks.append((SOURCE, SOURCE))  # for phones that show Latin letters only
        for script, shown in (("full", here), ("latin", [m for m in here if not m.unicode])):
            names = {menu.base: languages.plain_name(menu.base) for menu in shown}
            lists[country, script], wrong = menus.languages(
                country, names.items(), content, mark=mark, budget=budget
            )
            problems += wrong
        made += here
    return made, lists, problems


def _speaks(country: str, standing: list[str]) -> list[tuple[str, str]]:
    """(base, language) of what the country is offered, in its order, Latin variants beside their base.

    English stands in where none of the country's own languages is complete.
    """
    found = []
    for base in languages.order(country):
        scripts = dict.fromkeys((base, languages.variant(base, letters=False)))
        found += [(base, language) for language in scripts if language in standing]
    return found or [(SOURCE, SOURCE)]


def _letters(made: list[Menu]) -> list[str]:
    """Languages that phones without their letters cannot be offered, with the letters that are to blame."""
    plain = {(menu.country, menu.base) for menu in made if not menu.unicode}
    odd: dict[str, dict[str, None]] = {}
    for menu in made:
        if menu.unicode and (menu.country, menu.base) not in plain:
            letters = odd.setdefault(menu.language, {})
            for page in menu.pages.values():
                letters |= dict.fromkeys(segments.count(page.text).odd)
    return [
        f"{language} is offered only where the operator shows {' '.join(list(letters)[:12])}"
        f"{' ...' if len(letters) > 12 else ''}; write it without them or add a Latin-letter variant."
        for language, letters in odd.items()
    ]


def _phrasings(content: Content, spoken: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """How people ask, by base language: those of a Latin variant teach the same matcher."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in spoken:
        asked = found.setdefault(languages.base(language), {})
        for code, text in content.texts[language].items():
            if text.phrasings:
                asked[code] = (*asked.get(code, ()), *text.phrasings)
    return found


def _long_messages(edition: Edition) -> list[str]:
    """Answers that cost too many SMS parts once their tokens are filled, each told once."""
    problems: dict[tuple[str, str], str] = {}
    for country, language in edition.menus:
        for code, item in edition.items.items():
            text = edition.sms(code, language, country) if item.serves(country) else None
            counted = segments.count(text or "")
            if counted.parts > SMS_PARTS[counted.encoding]:
                problems[language, code] = (
                    f"{language} {code}: as an SMS it takes {counted.parts} parts ({counted.encoding}); "
                    f"{SMS_PARTS[counted.encoding]} at most."
                )
    return list(problems.values())


def _store(edition: Edition, *, by: Staff | None) -> tuple[Edition, bool]:
    """Keep the edition; one that is already the newest of its kind stays as it is."""
    newest = Row.objects.filter(kind=edition.kind).first()
    if newest is not None and newest.hash == edition.id:
        return Edition.from_json(newest.body), False
    _, new = Row.objects.update_or_create(
        hash=edition.id,
        defaults={
            "kind": edition.kind.value,
            "body": edition.to_json(),
            "published_at": edition.made_at,
            "by": by,
        },
    )
    return edition, new


def find(name: str, shelf: Shelf) -> Edition | None:
    """An edition by id: from the shelf, else from the database, where all of them are."""
    edition = shelf.get(name)
    if edition is None:
        shelf.refresh()
        edition = shelf.get(name)
    if edition is None:
        row = Row.objects.filter(hash=name).first()
        edition = Edition.from_json(row.body) if row else None
        if edition:
            shelf.put(edition)
    return edition


def collect(shelf: Shelf) -> int:
    """Put newer editions of the database on this machine's shelf; how many came."""
    known: Mapping[str, datetime] = {edition.id: edition.made_at for edition in shelf.editions()}
    rows = [
        row
        for row in Row.objects.order_by("-published_at").defer("body")[:20]
        if row.hash not in known or known[row.hash] < row.published_at
    ]
    for row in rows:
        shelf.put(Edition.from_json(row.body))
    return len(rows)
