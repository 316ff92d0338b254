"""A text that somebody writes: always a new row, a draft, and bound to the English it was made from."""

from datetime import datetime

from campaigns.content import SOURCE
from campaigns.models import Status, Text
from campaigns.seeding import FIELDS, digest
from people.models import Staff


def prepare(text: Text, *, by: Staff, at: datetime) -> None:
    """Fill in what the writer does not say; the caller saves."""
    text.author, text.made_at, text.status = by.get_username(), at, Status.DRAFT
    text.digest = digest({name: getattr(text, name) for name in FIELDS})
    if text.language != SOURCE:
        newest = Text.objects.filter(item=text.item, language=SOURCE).order_by("-id").first()
        text.source_hash = newest.digest if newest else ""
