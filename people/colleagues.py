"""What the pages of staff show: colleagues with their roles, and proposals with who could confirm them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people import accounts, second, sessions
from people.countries import CODES
from people.models import Proposal, Staff
from people.staff import ROLES, visible_to


@dataclass(frozen=True, slots=True)
class Colleague:
    """`everywhere`: all eight countries, so that a page need not list them; `second`: signs in by two steps."""

    account: Staff
    role: str | Promise
    everywhere: bool
    second: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal in words; `mine`: the reader made it; `nobody`: there is no second person yet.

    `ends`: browsers that are signed out when it is confirmed, None where the password stays.
    """

    proposal: Proposal
    deed: str
    mine: bool
    may_decide: bool
    nobody: bool
    ends: int | None


def colleagues(staff: Staff) -> list[Colleague]:
    """Open accounts first, then by name."""
    return _lines(visible_to(staff).order_by("-is_active", "username"))


def colleague(account: Staff) -> Colleague:
    return _lines([account])[0]


def _lines(found: QuerySet[Staff] | Iterable[Staff]) -> list[Colleague]:
    if isinstance(found, QuerySet):
        found = found.prefetch_related("groups")
    found, every = list(found), set(CODES)
    ready = second.holders(found)
    return [
        Colleague(one, _roles(one), set(one.countries) == every, one.pk in ready) for one in found
    ]


def _roles(account: Staff) -> str:
    """Names of the roles in the reader's language; the groups may be loaded beforehand."""
    held = sorted(group.name for group in account.groups.all())
    return ", ".join(str(ROLES[code].name) if code in ROLES else code for code in held)


def waiting(staff: Staff, *, at: datetime) -> list[Waiting]:
    """Few at a time: each line may ask the database."""
    return [
        Waiting(
            proposal=one,
            deed=_deed(one),
            mine=one.by_id == staff.pk,
            may_decide=accounts.may_decide(one, staff),
            nobody=not accounts.second_people(one).exists(),
            ends=_ends(one, at),
        )
        for one in accounts.proposals_for(staff, at=at)
    ]


def _ends(proposal: Proposal, at: datetime) -> int | None:
    if proposal.deed == Proposal.Deed.LINK:
        return None
    return sessions.sessions_of(proposal.account, at=at).count()


def _deed(proposal: Proposal) -> str:
    if proposal.deed == Proposal.Deed.ROLE:
        return _("give the role: %(role)s") % {"role": ROLES[proposal.role].name}
    return str(Proposal.Deed(proposal.deed).label)
