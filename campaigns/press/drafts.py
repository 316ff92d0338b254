"""Which text of each item goes into an edition: the newest that its kind allows and whose facts hold (D5)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext_noop

from campaigns.editions.content import SOURCE, STORY, WORDING, Content, Node, Words
from campaigns.editions.edition import Kind
from campaigns.editions.figures import Figures
from campaigns.editions.problems import About, Problem
from campaigns.editions.tokens import EVERYBODY
from campaigns.editions.wording import all_tokens
from campaigns.models import ContentItem, Source, Status, Text

UI = "ui."  # code of a wording: "ui.ussd.back"
Remark = tuple[str, dict[str, str]]  # a sentence and what stands in its places
Versions = Mapping[tuple[str, str], list[Text]]  # (item, language) -> its texts, oldest first


@dataclass(frozen=True, slots=True)
class Choosing:
    """What decides between the texts of an item: the edition's kind, its figures, the English of each."""

    kind: Kind
    figures: Figures
    english: Mapping[str, str]  # code -> digest of the English text that goes in


def gather(
    kind: Kind, figures: Figures, *, only: Collection[str] = ()
) -> tuple[Content, list[Problem]]:
    """The content of the tables, and what was left out, is older than its English or fell back.

    `only`: languages to read, English among them; none named means all.
    """
    items = list(ContentItem.objects.filter(retired=False).order_by("id"))
    sources = {source.code: source for source in Source.objects.all()}
    versions = _versions(only)
    choosing = Choosing(kind, figures, _english(versions, kind, figures))
    texts: dict[str, dict[str, Words]] = {}
    wordings: dict[str, dict[str, str]] = {}
    remarks: list[Problem] = []
    left = _untold(items, kind)
    for (code, language), rows in versions.items():
        if code in left:
            continue
        text, said = pick(rows, choosing, choosing.english.get(code, ""))
        remarks += [Problem(one, About.TEXT, code, language, values) for one, values in said]
        if text and code.startswith(UI):
            wordings.setdefault(language, {})[code.removeprefix(UI)] = text.body
        elif text:
            texts.setdefault(language, {})[code] = words(text)
    nodes = {
        item.code: node(item, sources)
        for item in items
        if item.kind != WORDING and item.code not in left
    }
    return Content(nodes, texts, wordings), [*left.values(), *figures.lapsed.values(), *remarks]


def pick(rows: list[Text], choosing: Choosing, english: str) -> tuple[Text | None, list[Remark]]:
    """The newest text that may go in and, where it is not what was hoped for, why; rows oldest first.

    A text made from the present English goes before a newer one that was not.
    """
    allowed = [
        row for row in reversed(rows) if choosing.kind is Kind.DEMONSTRATION or _approved(row)
    ]
    if not allowed:
        return None, [(gettext_noop("no text is approved."), {})]
    lapsed = choosing.figures.holds(sorted(all_tokens(words(allowed[0]))))
    said: list[Remark] = [
        (gettext_noop("it rests on {fact}, which does not hold."), {"fact": one.code})
        for one in lapsed
    ]
    holding = [row for row in allowed if not choosing.figures.holds(all_tokens(words(row)))]
    if not holding:
        return None, [*said, (gettext_noop("it is left out."), {})]
    if said:
        said.append((gettext_noop("an earlier text takes its place."), {}))
    fresh = next((row for row in holding if row.source_hash in ("", english)), None)
    if fresh is None:
        stale = gettext_noop("older than the English text it was made from; it needs a look.")
        return holding[0], [*said, (stale, {})]
    return fresh, said


def _approved(row: Text) -> bool:
    return row.status == Status.APPROVED and row.approver_id is not None


def _untold(items: Iterable[ContentItem], kind: Kind) -> dict[str, Problem]:
    """Stories that must not be told: nobody has noted where the teller's consent is kept."""
    said = gettext_noop("nobody has noted where the consent of the person who tells it is kept.")
    return {
        item.code: Problem(said, About.ITEM, item.code)
        for item in items
        if item.kind == STORY and kind is Kind.LIVE and not item.consent.strip()
    }


def _versions(only: Collection[str]) -> Versions:
    named = {"language__in": list(only)} if only else {}
    ordered = Text.objects.filter(item__retired=False, **named).select_related("item")
    ordered = ordered.order_by("item_id", "language", "id")
    grouped = groupby(ordered, key=lambda row: (row.item.code, row.language))
    return {key: list(rows) for key, rows in grouped}


def _english(versions: Versions, kind: Kind, figures: Figures) -> dict[str, str]:
    """Code -> digest of the English text that goes into this edition."""
    choosing = Choosing(kind, figures, {})
    found = {}
    for (code, language), rows in versions.items():
        text = pick(rows, choosing, "")[0] if language == SOURCE else None
        if text:
            found[code] = text.digest
    return found


def node(item: ContentItem, sources: Mapping[str, Source]) -> Node:
    """The item without words."""
    named = [sources[code] for code in item.sources if code in sources]
    return Node(
        code=item.code,
        kind=item.kind,
        parent=item.parent,
        key=str(item.order),
        countries=tuple(item.countries) or (EVERYBODY,),
        indicators=tuple(item.indicators),
        component=item.component,
        sensitive=item.sensitive,
        core=item.core,
        topic=item.topic,
        source="; ".join(source.publisher for source in named),
        dated=named[0].dated if named else "",
        correct=item.correct,
        explains=item.explains,
    )


def words(text: Text) -> Words:
    """A row as the values that an edition is made of."""
    return Words(
        title=text.title,
        short=text.short,
        body=text.body,
        sms=text.sms,
        phrasings=tuple(text.phrasings),
        ussd=text.ussd,
        options=tuple(text.options),
        audio=text.audio_url,
    )
