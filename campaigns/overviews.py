"""What the home page tells each role it can do next: texts by language, the directory, who waits for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from campaigns.content import SOURCE, WORDING
from campaigns.models import Edition, Referral, Status, Text
from people.languages import Language, known

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The newest text of each item in one language."""

    code: str
    name: str  # in the language itself
    texts: int
    drafts: int
    reviewed: int
    approved: int
    stale: int  # made from an English text that is not the newest any more


def readiness() -> list[Readiness]:
    """Each language that has texts; the source language first, then the fullest."""
    newest = (
        Text.objects.exclude(item__kind=WORDING)
        .order_by("item_id", "language", "-id")
        .distinct("item_id", "language")
        .values_list("item_id", "language", "status", "digest", "source_hash")
    )
    rows = list(newest)
    english = {item: digest for item, language, _, digest, _ in rows if language == SOURCE}
    statuses: dict[str, Counter[str]] = {}
    for item, language, status, _, made_from in rows:
        counted = statuses.setdefault(language, Counter())
        counted[status] += 1
        counted["stale"] += made_from not in ("", english.get(item, ""))
    spoken = known()
    found = [
        _readiness(language, spoken.get(language), counted)
        for language, counted in statuses.items()
    ]
    return sorted(found, key=lambda row: (row.code != SOURCE, -row.texts, row.code))


def _readiness(code: str, language: Language | None, counted: Counter[str]) -> Readiness:
    return Readiness(
        code=code,
        name=language.autonym if language else code,
        texts=counted.total() - counted["stale"],
        drafts=counted[Status.DRAFT],
        reviewed=counted[Status.REVIEWED],
        approved=counted[Status.APPROVED],
        stale=counted["stale"],
    )


def current_edition() -> Edition | None:
    """The one published last, without its body."""
    return Edition.objects.defer("body").order_by("-published_at").first()


@dataclass(frozen=True, slots=True)
class Directory:
    """Places that help in some countries. `proven`: a call showed that the number works, and it still holds."""

    entries: int
    invented: int
    proven: int
    expiring: int  # proven, but only for less than SOON


def directory(countries: Sequence[str], *, on: date) -> Directory:
    real, proven = Q(fictitious=False), Q(verified_by_call_on__isnull=False)
    holds = Q(expires__isnull=True) | Q(expires__gte=on)
    counted = Referral.objects.filter(country__in=countries).aggregate(
        entries=Count("pk", filter=real),
        invented=Count("pk", filter=~real),
        proven=Count("pk", filter=real & proven & holds),
        expiring=Count("pk", filter=real & proven & holds & Q(expires__lt=on + SOON)),
    )
    return Directory(**counted)
