"""Who changed the facts of an item, and when: kept in the administration's log, shown under the item."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from campaigns.models import ContentItem
from campaigns.writing.item_forms import FactsForm
from campaigns.writing.items import Facts
from people.models import Staff

MADE = gettext_noop("Made.")
RETIRED = gettext_noop("Retired.")
PUT_BACK = gettext_noop("Put back.")
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    by: str
    said: str


def note(
    item: ContentItem, said: str | list[dict[str, dict[str, list[str]]]], *, by: Staff
) -> None:
    """What happened to the item; `said` a sentence, or Django's own list of changed fields."""
    LogEntry.objects.log_actions(by.pk, [item], CHANGE, change_message=said, single_object=True)


def note_facts(item: ContentItem, before: Facts, after: Facts, *, by: Staff) -> None:
    """Which facts became others, by the labels of their fields."""
    if names := list(_changed(before, after)):
        note(item, [{"changed": {"fields": names}}], by=by)


def _changed(before: Facts, after: Facts) -> Iterator[str]:
    with translation.override(None):  # kept in the words of the source, read in the reader's
        for one in fields(Facts):
            if getattr(before, one.name) != getattr(after, one.name):
                yield str(FactsForm.base_fields[one.name].label)


def changes(item: ContentItem) -> list[Change]:
    """The newest first."""
    kind = ContentType.objects.get_for_model(ContentItem)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(item.pk))
    found = rows.select_related("user").order_by("-action_time")[:SHOWN]
    return [
        Change(row.action_time, str(row.user), gettext(row.get_change_message())) for row in found
    ]
