"""Which content counts for which indicator: the codes on its items, and what carries none."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics import schemes
from campaigns.models import ContentItem, Sort, Text

SPEAKING = (Sort.ARTICLE, Sort.FAQ, Sort.QUIZ, Sort.STORY, Sort.HELP)  # meeting these may count


@dataclass(frozen=True, slots=True)
class Tagged:
    """One item, its kind and its title in English."""

    code: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Carried:
    """The items that carry an indicator. `name` "": no such indicator is known, so it counts nowhere."""

    indicator: str
    name: str
    items: tuple[Tagged, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """All content that speaks: by indicator, and what carries none. An item may stand under several."""

    carried: tuple[Carried, ...]
    none: tuple[Tagged, ...]


def tags() -> Tags:
    """Few statements, however much content there is; retired items are left out."""
    rows = list(ContentItem.objects.filter(retired=False, kind__in=SPEAKING).order_by("code"))
    titles = _titles(rows)
    known = {one.code: one for one in schemes.listed()}
    by: dict[str, list[Tagged]] = {code: [] for code, one in known.items() if one.counted}
    none = []
    for row in rows:
        one = Tagged(row.code, str(Sort(row.kind).label), titles.get(row.pk, ""))
        for code in row.indicators:
            by.setdefault(code, []).append(one)
        none += [] if row.indicators else [one]
    names = {code: one.name for code, one in known.items()}
    carried = (Carried(code, names.get(code, ""), tuple(items)) for code, items in by.items())
    return Tags(tuple(carried), tuple(none))


def _titles(rows: Sequence[ContentItem]) -> dict[int, str]:
    """The newest English title of each item."""
    texts = Text.objects.filter(language="en", item__in=rows).order_by("item", "-pk")
    return dict(texts.distinct("item").values_list("item", "title"))
