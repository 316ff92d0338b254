"""Which text of each item goes into an edition: the newest that its kind allows (D5)."""

from collections.abc import Iterable
from itertools import groupby

from campaigns.content import SOURCE, WORDING, Content, Node, Words
from campaigns.edition import Kind
from campaigns.models import ContentItem, Source, Status, Text
from campaigns.tokens import EVERYBODY

UI = "ui."  # code of a wording: "ui.ussd.back"


def gather(kind: Kind) -> tuple[Content, list[str]]:
    """The content of the tables, and in words what was left out or is older than its English."""
    items = list(ContentItem.objects.order_by("id"))
    sources = {source.code: source for source in Source.objects.all()}
    nodes = {item.code: _node(item, sources) for item in items if item.kind != WORDING}
    texts: dict[str, dict[str, Words]] = {}
    wordings: dict[str, dict[str, str]] = {}
    left_out: list[str] = []
    english = _english(kind)
    for code, language, rows in _rows():
        text, remark = pick(rows, kind, english.get(code, ""))
        if remark:
            left_out.append(f"{language} {code}: {remark}")
        if text and code.startswith(UI):
            wordings.setdefault(language, {})[code.removeprefix(UI)] = text.body
        elif text:
            texts.setdefault(language, {})[code] = _words(text)
    return Content(nodes, texts, wordings), left_out


def pick(rows: list[Text], kind: Kind, english: str) -> tuple[Text | None, str]:
    """The newest text that may go in and, where it is not what was hoped for, why; rows oldest first.

    A text made from the present English goes before a newer one that was not.
    """
    newest_first = [row for row in reversed(rows) if kind is Kind.DEMONSTRATION or _approved(row)]
    if not newest_first:
        return None, "no text is approved."
    fresh = next((row for row in newest_first if row.source_hash in ("", english)), None)
    if fresh is None:
        return newest_first[0], "older than the English text it was made from; it needs a look."
    return fresh, ""


def _approved(row: Text) -> bool:
    return row.status == Status.APPROVED and row.approver_id is not None


def _rows() -> Iterable[tuple[str, str, list[Text]]]:
    ordered = Text.objects.select_related("item").order_by("item__id", "language", "id")
    for (code, language), rows in groupby(ordered, key=lambda row: (row.item.code, row.language)):
        yield code, language, list(rows)


def _english(kind: Kind) -> dict[str, str]:
    """Code -> digest of the English text that goes into this edition."""
    found = {}
    for code, language, rows in _rows():
        text = pick(rows, kind, "")[0] if language == SOURCE else None
        if text:
            found[code] = text.digest
    return found


def _node(item: ContentItem, sources: dict[str, Source]) -> Node:
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
    )


def _words(text: Text) -> Words:
    return Words(text.title, text.short, text.body, text.sms, tuple(text.phrasings))
