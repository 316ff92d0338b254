"""Ways of asking that people used themselves, added to an answer as a draft like any other, and taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.editions import asked
from campaigns.editions.asked import Examples
from campaigns.editions.content import SHOWN, SOURCE
from campaigns.editions.edition import Kind
from campaigns.editions.problems import About, Problem, Refused
from campaigns.models import ContentItem, Text
from campaigns.press.drafts import gather, words
from campaigns.press.facts import figures
from campaigns.writing import drafting
from campaigns.writing.phrasings import TOO_NEAR
from campaigns.writing.translating import items_of
from campaigns.writing.workbench import workbench
from people import languages
from people.models import Staff

WRITE = "campaigns.add_text"
MAY_NOT = gettext_noop("your role does not write texts.")
NO_TEXT = gettext_noop("it has no text in this language yet: translate it first.")
NO_ITEM = gettext_noop("there is no such answer in your countries.")
NEAR = gettext_noop("“{new}” is nearly “{old}”, which it has already.")
NOTHING = gettext_noop("there is no way of asking to add.")


def teachable(staff: Staff) -> QuerySet[ContentItem]:
    """What people can be answered with: articles, questions and stories of the countries."""
    return items_of(staff.countries).filter(kind__in=SHOWN)


def tongue(item: ContentItem, language: str) -> str:
    """The language of the text that takes them: a question in Latin letters goes to that variant, if there is one."""
    there = set(Text.objects.filter(item=item).values_list("language", flat=True))
    return language if language in there else languages.base(language)


def teach(code: str, language: str, wordings: Sequence[str], *, by: Staff, at: datetime) -> Text:
    """The draft with these ways of asking. Raises Refused: near-copies, no text to add them to, no right to."""
    item, text = _found(code, language, by)
    new = tuple(dict.fromkeys(one.strip() for one in wordings if one.strip()))
    problems = _near(new, [text.title, *text.phrasings], code, text.language)
    if not new:
        problems = [Problem(NOTHING, About.TEXT, code, text.language)]
    if problems:
        raise Refused(problems)
    return _write(item, text, (*text.phrasings, *new), by=by, at=at)


def take_back(
    code: str, language: str, wordings: Sequence[str], *, by: Staff, at: datetime
) -> Text:
    """The draft without these ways of asking; those that are gone already are no matter. Raises Refused."""
    item, text = _found(code, language, by)
    left = tuple(one for one in text.phrasings if one not in set(wordings))
    return _write(item, text, left, by=by, at=at)


def _found(code: str, language: str, by: Staff) -> tuple[ContentItem, Text]:
    item = teachable(by).filter(code=code).first()
    if item is None or not by.has_perm(WRITE):
        raise Refused([Problem(MAY_NOT if item else NO_ITEM, About.ITEM, code)])
    text = drafting.newest(item, tongue(item, language))
    if text is None:
        raise Refused([Problem(NO_TEXT, About.TEXT, code, language)])
    return item, text


def _write(
    item: ContentItem, text: Text, asked_so: tuple[str, ...], *, by: Staff, at: datetime
) -> Text:
    said = replace(words(text), phrasings=asked_so)
    bench = workbench(at, only=tuple({SOURCE, text.language}))
    row, _new = drafting.write(
        item, text.language, said, back=text.back, read=str(text.pk), bench=bench, by=by, at=at
    )
    return row


def _near(new: Sequence[str], known: Iterable[str], code: str, language: str) -> list[Problem]:
    """Each new one that is nearly one there is, or nearly another new one."""
    found, there = [], [*known]
    for one in new:
        near = next((other for other in there if like(one, other)), None)
        if near is not None:
            values = {"new": one, "old": near}
            found.append(Problem(NEAR, About.TEXT, code, language, values))
        there.append(one)
    return found


def like(one: str, other: str) -> bool:
    """Whether two ways of asking teach nothing to one another; capitals do not count."""
    matcher = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False)
    return matcher.quick_ratio() > TOO_NEAR and matcher.ratio() > TOO_NEAR


def drafted(base: str, *, at: datetime, kind: Kind = Kind.DEMONSTRATION) -> Examples:
    """How people ask in the texts that an edition of the kind would take now: for a demonstration the newest."""
    codes = [code for code in languages.known() if languages.base(code) == base]
    shown = figures(kind, on=timezone.localdate(at))
    content, _left_out = gather(kind, shown, only=(SOURCE, *codes))
    return asked.of_content(content, base)
