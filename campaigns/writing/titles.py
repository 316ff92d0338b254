"""What content items are called where pages and files name them."""

from collections.abc import Iterable

from django.utils.translation import get_language

from campaigns.editions.content import SOURCE
from campaigns.models.content import Text
from people.languages import base

SHORTENED = 60  # characters of a text that stand for a missing title


def titled(codes: Iterable[str], language: str = "") -> dict[str, str]:
    """Content item -> its newest title in this language (the reader's), else in English, else its code.

    What has no title, as a question of the quiz, goes by the beginning of its words. One statement for all.
    """
    wanted, spoken = {*codes}, base(language or get_language() or SOURCE)
    found = {code: code for code in wanted}
    rows = Text.objects.filter(item__code__in=wanted, language__in=[SOURCE, spoken])
    newest = rows.exclude(title="", body="").order_by("item__code", "language", "-id")
    told_in = {
        (code, tongue): title or f"{body[:SHORTENED]}{'…' if len(body) > SHORTENED else ''}"
        for code, tongue, title, body in newest.distinct("item__code", "language").values_list(
            "item__code", "language", "title", "body"
        )
    }
    for tongue in (SOURCE, spoken):
        found |= {code: told_in[code, tongue] for code in wanted if (code, tongue) in told_in}
    return found
