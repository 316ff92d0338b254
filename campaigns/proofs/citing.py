"""Which texts rest on which fact: those that name one of its figures or years by a token."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from campaigns.editions.figures import fact, is_figure
from campaigns.editions.wording import all_tokens
from campaigns.models import Status, Text
from campaigns.press.drafts import words

PARTS = ("body", "sms", "ussd")


@dataclass(frozen=True, slots=True)
class Use:
    """A text that names the fact. `tokens`: those of its tokens that are of this fact."""

    item: str
    language: str
    tokens: frozenset[str]

    @property
    def listed(self) -> list[str]:
        return sorted(self.tokens)


def uses(facts: Iterable[str] | None = None) -> Mapping[str, list[Use]]:
    """Fact -> the texts that rest on it, of some facts or of all; one query.

    Of each item and language the newest text counts, and the newest approved one, which may be live.
    """
    wanted = None if facts is None else set(facts)
    found: dict[str, dict[tuple[str, str], Use]] = {}
    for text in _naming():
        place = (text.item.code, text.language)
        for code, tokens in _cited(text).items():
            if wanted is None or code in wanted:
                before = found.setdefault(code, {}).get(place)
                both = tokens | before.tokens if before else tokens
                found[code][place] = Use(*place, both)
    return {code: [texts[place] for place in sorted(texts)] for code, texts in found.items()}


def _naming() -> Iterable[Text]:
    """Texts with a token of some fact that are the newest, or the newest approved, of their place."""
    place = ("item_id", "language")
    newest = Text.objects.order_by(*place, "-id").distinct(*place).values("id")
    approved = newest.filter(status=Status.APPROVED)
    named = Q()
    for part in PARTS:
        named |= Q(**{f"{part}__contains": "{figure:"}) | Q(**{f"{part}__contains": "{year:"})
    named |= Q(options__icontains="{figure:") | Q(options__icontains="{year:")
    current = Q(pk__in=newest) | Q(pk__in=approved)
    return Text.objects.filter(named, current, item__retired=False).select_related("item")


def _cited(text: Text) -> dict[str, frozenset[str]]:
    """Fact -> its tokens in the text."""
    cited: dict[str, set[str]] = {}
    for token in filter(is_figure, all_tokens(words(text))):
        cited.setdefault(fact(token), set()).add(token)
    return {code: frozenset(tokens) for code, tokens in cited.items()}
