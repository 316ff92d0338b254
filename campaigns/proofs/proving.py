"""Who called a number, who looked a figure up, what came of it and until when that holds.

Every look is kept. Giving or taking a proof makes the live edition follow within a minute.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.editions.problems import MOVED, About, Problem, Refused
from campaigns.models import Alert, Fact, Proof, Referral
from campaigns.press import publishing
from campaigns.proofs import expiring
from people.countries import CODES
from people.models import Staff

DAYS, MOST_DAYS = 90, 180  # a phone number and a figure: 90 days after somebody looked
NUMBERS, FACTS = "campaigns.change_referral", "campaigns.change_fact"
Outcome = Proof.Outcome
INVENTED = gettext_noop("it is invented, for demonstrations, and stays so.")
NO_NUMBER = gettext_noop("it has no number.")
TOO_LONG = gettext_noop("a proof holds for {most} days at most, from tomorrow on.")
MAY_NOT = gettext_noop("your role or your countries do not allow it.")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked. `shown`: what stood on the page, so that nobody proves what they did not see."""

    by: Staff
    at: datetime
    shown: str
    until: date | None = None  # None: DAYS from now
    note: str = ""

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    @property
    def ends(self) -> date:
        return self.until or self.on + timedelta(days=DAYS)


def may_change(staff: Staff, country: str) -> bool:
    """Whose the entries of a country are; those abroad serve all, and are changed by who holds all eight."""
    if not staff.has_perm(NUMBERS):
        return False
    return country in staff.own or (country not in CODES and staff.own == CODES)


# --- numbers --------------------------------------------------------------------------------------


def called(code: str, look: Look) -> None:
    """The number was called today and it answered. Raises Refused."""
    with publishing.alone():
        row = _number(code, look)
        _ends_well(look, About.NUMBER, code)
        row.verified_by, row.verified_by_call_on, row.expires = look.by, look.on, look.ends
        row.save(update_fields=["verified_by", "verified_by_call_on", "expires"])
        _keep(Proof.Thing.NUMBER, code, Outcome.ANSWERED, look, until=look.ends)


def dead(code: str, look: Look) -> None:
    """The number does not work: nobody shall read it any more. Raises Refused."""
    with publishing.alone():
        row = _number(code, look)
        disprove(row)
        row.save(update_fields=["verified_by", "verified_by_call_on", "expires"])
        _keep(Proof.Thing.NUMBER, code, Outcome.DEAD, look)


def disprove(row: Referral) -> None:
    """The number stands without proof; the caller saves."""
    row.verified_by = row.verified_by_call_on = row.expires = None


def _number(code: str, look: Look) -> Referral:
    """The entry, locked, if the number may be proven by them now."""
    row = Referral.objects.select_for_update().get(code=code)
    said = None
    if not may_change(look.by, row.country):
        said = MAY_NOT
    elif row.fictitious:
        said = INVENTED
    elif not row.number:
        said = NO_NUMBER
    elif row.number != look.shown:
        said = MOVED
    if said:
        raise Refused([Problem(said, About.NUMBER, code)])
    return row


def write_entry(row: Referral, changed: set[str], *, by: Staff, at: datetime) -> None:
    """Keep an entry as somebody filled it in; another number stands without proof. Raises Refused.

    `changed`: names of the fields that are not as before; of a new entry all of them.
    """
    new = row.pk is None
    with publishing.alone():
        before = None if new else Referral.objects.select_for_update().get(pk=row.pk)
        if not all(may_change(by, one.country) for one in (row, before) if one):
            raise Refused([Problem(MAY_NOT, About.NUMBER, row.code)])
        if row.fictitious or (before and before.fictitious):
            raise Refused([Problem(INVENTED, About.NUMBER, row.code)])
        if before is None:
            row.code = next_entry_code(row.country)
        else:  # who proved what is never taken from a form
            row.verified_by, row.verified_by_call_on = (
                before.verified_by,
                before.verified_by_call_on,
            )
            row.expires = before.expires
        if new or "number" in changed:
            disprove(row)
        row.save()
        outcome = Outcome.ADDED if new else _edited("number" in changed)
        _keep(Proof.Thing.NUMBER, row.code, outcome, Look(by, at, ""))


def _edited(unproven: bool) -> Outcome:
    return Outcome.CHANGED if unproven else Outcome.EDITED


# --- figures --------------------------------------------------------------------------------------

TOLD = ("figures", "years", "period")  # what a source says and somebody looked up


def looked_up(code: str, look: Look) -> None:
    """The source still says so. Raises Refused."""
    with publishing.alone():
        row = _fact(code, look)
        _ends_well(look, About.FIGURE, code)
        row.checked_by, row.checked_on, row.expires = look.by, look.on, look.ends
        row.save(update_fields=["checked_by", "checked_on", "expires"])
        _keep(Proof.Thing.FACT, code, Outcome.HOLDS, look, until=look.ends)


def contradicted(code: str, look: Look) -> None:
    """The source does not say so any more: texts that rest on it are left out. Raises Refused."""
    with publishing.alone():
        row = _fact(code, look)
        unlook(row)
        row.save(update_fields=["checked_by", "checked_on", "expires"])
        _keep(Proof.Thing.FACT, code, Outcome.GONE, look)


def unlook(row: Fact) -> None:
    """The figures stand without proof; the caller saves."""
    row.checked_by = row.checked_on = row.expires = None


def told(row: Fact) -> str:
    """What a page shows of a fact's figures, to be handed back with a look."""
    return " | ".join([*row.figures, "/", *row.years, "/", row.period])


def _fact(code: str, look: Look) -> Fact:
    row = Fact.objects.select_for_update().get(code=code)
    said = None
    if not look.by.has_perm(FACTS):
        said = MAY_NOT
    elif told(row) != look.shown:
        said = MOVED
    if said:
        raise Refused([Problem(said, About.FIGURE, code)])
    return row


def write_fact(row: Fact, changed: set[str], *, by: Staff, at: datetime) -> None:
    """Keep a fact as somebody filled it in; other figures have to be looked up again. Raises Refused."""
    new = row.pk is None
    if not by.has_perm("campaigns.add_fact" if new else FACTS):
        raise Refused([Problem(MAY_NOT, About.FIGURE, row.code)])
    with publishing.alone():
        before = None if new else Fact.objects.select_for_update().get(pk=row.pk)
        if before is None:
            row.code = next_code()
        else:
            row.checked_by, row.checked_on = before.checked_by, before.checked_on
            row.expires = before.expires
        unproven = not changed.isdisjoint(TOLD)
        if new or unproven:
            unlook(row)
        row.save()
        outcome = Outcome.ADDED if new else _edited(unproven)
        _keep(Proof.Thing.FACT, row.code, outcome, Look(by, at, ""))


def next_code() -> str:
    """The code of a new fact: F01, F02 ... F100; one more than the highest."""
    codes = Fact.objects.filter(code__regex=r"^F\d+$").values_list("code", flat=True)
    return f"F{max((int(code[1:]) for code in codes), default=0) + 1:02}"


def next_entry_code(country: str) -> str:
    """The code of a new entry of a country: KE-01, KE-02 ..."""
    codes = Referral.objects.filter(code__regex=rf"^{country}-\d+$").values_list("code", flat=True)
    taken = {int(code.partition("-")[2]) for code in codes}
    return f"{country}-{min(set(range(1, len(taken) + 2)) - taken):02}"


# --- what is kept ---------------------------------------------------------------------------------


def _ends_well(look: Look, about: About, code: str) -> None:
    if not timedelta(0) < look.ends - look.on <= timedelta(days=MOST_DAYS):
        raise Refused([Problem(TOO_LONG, about, code, values={"most": str(MOST_DAYS)})])


def _keep(thing: str, code: str, outcome: str, look: Look, *, until: date | None = None) -> None:
    """Write the look down; alerts about it are settled, and the live edition follows within a minute."""
    Proof.objects.create(
        thing=thing,
        code=code,
        outcome=outcome,
        by=look.by,
        at=look.at,
        until=until,
        note=look.note.strip()[:200],
    )
    if outcome not in (Outcome.ADDED, Outcome.EDITED):
        Alert.objects.filter(thing=thing, code=code, seen_by=None).update(seen_by=look.by)
    if outcome != Outcome.ADDED:
        expiring.bring_forward(at=look.at)
