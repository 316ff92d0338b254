"""The notice above the question of who is asking: its words in each language of a country, and where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.editions.content import SOURCE
from campaigns.models import ContentItem, Text
from campaigns.press.drafts import UI
from campaigns.writing.translating import State, state
from people import languages
from people.languages import Language

ASKING = f"{UI}ussd.who_"  # begins the code of every wording of the question
NOTICE = f"{ASKING}notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """The newest `words` of the notice ("": none). `missing`, `waiting`: wordings of the question without a text,
    and with one that is not approved or not of today's English."""

    language: Language
    words: str
    state: State
    missing: int
    waiting: int


def notices(country: str) -> tuple[Notice, ...]:
    """The country's languages in their order, each before its variant in Latin letters. Four queries."""
    codes = list(ContentItem.objects.filter(code__startswith=ASKING, retired=False).values_list("code", flat=True))  # fmt: skip
    known = languages.known()
    spoken = [known[code] for code in _with_variants(languages.order(country), known)]
    texts = _newest(codes, [one.code for one in spoken])
    return tuple(_notice(one, codes, texts) for one in spoken)


def _with_variants(order: tuple[str, ...], known: dict[str, Language]) -> Iterator[str]:
    for code in order:
        if code in known:
            yield code
            yield from filter(None, [known[code].latin])


def _newest(codes: list[str], spoken: list[str]) -> dict[tuple[str, str], Text]:
    """(code, language) -> the newest text, the English ones too."""
    texts = Text.objects.filter(item__code__in=codes, language__in={*spoken, SOURCE})
    newest = texts.order_by("item_id", "language", "-id").distinct("item_id", "language")
    return {(text.item.code, text.language): text for text in newest.select_related("item")}


def _notice(one: Language, codes: list[str], texts: dict[tuple[str, str], Text]) -> Notice:
    stands = {code: _state(texts, code, one.code) for code in codes}
    missing = sum(stand is State.MISSING for stand in stands.values())
    said = texts.get((NOTICE, one.code))
    return Notice(
        language=one,
        words=said.body if said else "",
        state=stands.get(NOTICE, State.MISSING),
        missing=missing,
        waiting=sum(stand is not State.APPROVED for stand in stands.values()) - missing,
    )


def _state(texts: dict[tuple[str, str], Text], code: str, language: str) -> State:
    text, english = texts.get((code, language)), texts.get((code, SOURCE))
    if text is None or english is None or not text.body:
        return State.MISSING
    return state(text.status, text.source_hash, english.digest)
