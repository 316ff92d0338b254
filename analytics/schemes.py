"""Indicators as data: what each scheme calls them, and the dated rules by which they are counted.

Nothing here changes a figure of the past: a rule counts periods that begin on its day or later, and its day
lies in the future when it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from analytics.models import Indicator, IndicatorTitle, Level, Rule, Scheme, Tier
from analytics.periods import day_of
from analytics.refusals import NotKept

QUALIFYING = (Tier.DELIVERED, Tier.INTERACTED, Tier.ENGAGED, Tier.COMPLETED, Tier.REFERRED)


@dataclass(frozen=True, slots=True)
class NewRule:
    """From `since` on, who has any of these tiers is reached; `note` says why it is counted otherwise now."""

    tiers: tuple[str, ...]
    since: date
    note: str


def listed() -> list[Indicator]:
    """Every indicator in the donor's order, with titles and rules read along."""
    return list(Indicator.objects.prefetch_related("titles", "rules"))


def first_titles() -> dict[str, IndicatorTitle]:
    """The title by which an indicator goes in a file, by code; it has one a scheme, word for word."""
    rows = IndicatorTitle.objects.order_by("-scheme", "-code")
    return {one.indicator_id: one for one in rows}


def known() -> list[Scheme]:
    return list(Scheme.objects.all())


# --- rules -----------------------------------------------------------------------------------------


def add_rule(indicator: Indicator, new: NewRule, *, by: str, at: datetime) -> Rule:
    """The next rule of an indicator; earlier ones stay and count their periods. Raises NotKept."""
    tiers = tuple(tier for tier in QUALIFYING if tier.value in new.tiers)
    last = indicator.rules.order_by("-version").first()
    if last is None:
        raise NotKept(_("This indicator is entered by hand: it has no rule of counting."))
    if refusal := _against(new, tiers, last, day_of(at)):
        raise NotKept(refusal)
    try:
        with transaction.atomic():
            return indicator.rules.create(
                version=last.version + 1,
                tiers=list(tiers),
                start=last.start,
                since=new.since,
                note=new.note.strip(),
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        raise NotKept(_("Somebody made a rule just now: look at the list again.")) from error


def _against(new: NewRule, tiers: Sequence[str], last: Rule, today: date) -> str:
    """What stands against a rule in words; "": nothing."""
    if new.since <= today:
        return _("A rule begins on a later day than today, so that no figure of the past changes.")
    if new.since.day != 1:
        return _("A rule begins on the first day of a month.")
    if new.since <= last.since:
        return _("A later rule stands already: begin after %(day)s.") % {"day": last.since}
    if not tiers:
        return _("Say what makes a number reached.")
    if set(tiers) == set(last.tiers):
        return _("The rule in force counts just so.")
    return "" if new.note.strip() else _("Say why it is counted otherwise from then on.")


# --- titles ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTitle:
    """What a scheme calls an indicator, word for word, and where that is written."""

    scheme: str
    code: str
    title: str
    source: str


def add_title(indicator: Indicator, new: NewTitle) -> IndicatorTitle:
    """Raises NotKept where the scheme has this title already."""
    same = IndicatorTitle.objects.filter(scheme=new.scheme, title=new.title)
    if twin := same.first():
        words = _("%(scheme)s calls %(code)s so already.")
        raise NotKept(words % {"scheme": new.scheme, "code": twin.indicator_id})
    return indicator.titles.create(
        scheme=new.scheme, code=new.code, title=new.title, source=new.source
    )


def describe(indicator: Indicator, *, level: str, responsible: str) -> None:
    """Where it stands in the chain of results, and which post answers for it. Raises ValueError."""
    indicator.level = Level(level)
    indicator.responsible = responsible.strip()
    indicator.save(update_fields=["level", "responsible"])
