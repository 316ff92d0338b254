"""The form of the content editor as it stands, and what is stored."""

from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.models import ContentItem, Text
from campaigns.writing import items

ITEM = "faq-006"


def page(code: str = ITEM) -> str:
    return reverse("campaigns:item", args=[code])


def english(code: str = ITEM) -> Text:
    return Text.objects.filter(item__code=code, language="en").latest("id")


def row(code: str = ITEM) -> ContentItem:
    return ContentItem.objects.get(code=code)


def typed(code: str = ITEM, **changes: Any) -> dict[str, Any]:
    """The form as it stands, with changes; no facts."""
    text = english(code)
    fields = {name: getattr(text, name) for name in ("title", "short", "body", "sms", "ussd")}
    return {**fields, "phrasings": "\n".join(text.phrasings), "audio": "", "do": "save", **changes}


def told(code: str = ITEM, **changes: Any) -> dict[str, Any]:
    """The facts as the form has them, with changes."""
    facts = items.facts(row(code))
    names = ("parent", "order", "countries", "component", "indicators", "claim", "sources")
    fields = {name: getattr(facts, name) for name in names}
    flags = {name: "on" for name in ("sensitive", "core") if getattr(facts, name)}
    return {
        "facts": items.mark(facts),
        **fields,
        "review_days": facts.review_days or "",
        **flags,
        **changes,
    }


def said(answer: Any) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]
