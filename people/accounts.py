"""Changes to the accounts of staff: who may make which, and which of them need a second person.

Roles that see numbers, approve or give roles (GUARDED) are given by two people: one proposes, another confirms. So is
a new password or the end of the second step for whoever holds one, or one administrator alone could become them.

Nor does either of the two get hold of such an account. With the role it begins anew: an earlier password, link or
second step, which one administrator could have made alone, is void when the second person confirms. Only then is a
link made. Who confirms is shown it, once; it opens only with a code that was shown to who proposed, once. One person
is never both, so nobody holds a whole key to any guarded account, whatever number of them they propose or confirm.

Nobody changes the own account here, and one administrator always stays. Where there is one alone, whoever runs the
server makes the second (`manage.py createstaff`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from people import audit, inviting, second, sessions
from people.audit import Kind
from people.countries import CODES
from people.inviting import Link
from people.models import Proposal, Staff
from people.staff import CONFIRMERS, GUARDED, ROLES, visible_to

ADMINISTRATOR = "administrator"
CHANGE, INVITE, CONFIRM = "people.change_staff", "people.add_staff", "people.confirm_proposal"
WAITS = timedelta(days=7)  # then a proposal is void
Deed = Proposal.Deed


class NotAllowed(ValueError):  # noqa: N818 - named for what it is
    """The change is not made; the text says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a change: a link to hand over, or a proposal that waits for a second person.

    `code`: to hand over, without which the link that the second person will see does not open. Link and proposal:
    this is the second person.
    """

    account: Staff
    link: Link | None = None
    proposal: Proposal | None = None
    code: str = ""


def invite(
    username: str, role: str, countries: Iterable[str], *, email: str = "", by: Staff, at: datetime
) -> Done:
    """A new account without a password, and the link that sets one; a guarded role's is made when it is confirmed.

    Raises NotAllowed.
    """
    if not by.has_perm(INVITE):
        raise NotAllowed(_("Your role does not include this."))
    own = _own(countries, by)
    if Staff.objects.filter(username__iexact=username).exists():
        raise NotAllowed(_("There is an account of this name already."))
    with transaction.atomic():
        account = Staff(username=username, email=email, countries=own)
        account.set_unusable_password()
        account.save()
        _note("account made", account, by, at)
        done = _give(account, role, by, at)
        if done.proposal:
            return done
        return replace(done, link=inviting.link(account, by=by, at=at))


def change(account: Staff, role: str, countries: Iterable[str], *, by: Staff, at: datetime) -> Done:
    """Another role, other countries. A guarded role is proposed, the rest is done at once. Raises NotAllowed."""
    own = _own(countries, by)
    with transaction.atomic():
        account = _within(account, by)
        if own != account.countries:
            account.countries = own
            account.save(update_fields=["countries"])
            _note("countries changed", account, by, at)
        return _give(account, role, by, at)


def close(account: Staff, *, by: Staff, at: datetime) -> None:
    """Nobody signs in with it any more, and its role is gone: who opens it again must give one anew."""
    with transaction.atomic():
        account = _within(account, by)
        _leave_one(account)
        account.groups.clear()
        account.is_active = account.is_staff = False
        account.save(update_fields=["is_active", "is_staff"])
        Proposal.objects.filter(account=account, decided_at__isnull=True).delete()
        ended = sessions.end_all(account)
        _note("account closed", account, by, at, sessions=str(ended))


def open_again(account: Staff, *, by: Staff, at: datetime) -> None:
    """It can sign in again, without a role until one is given."""
    with transaction.atomic():
        account = _within(account, by, closed=True)
        account.is_active = True
        account.save(update_fields=["is_active"])
        _note("account opened again", account, by, at)


def new_link(account: Staff, *, by: Staff, at: datetime) -> Done:
    """For who lost the password: a link, or where a guarded role is held, a proposal to make one."""
    with transaction.atomic():
        account = _within(account, by)
        if guarded(account):
            return _propose(Deed.LINK, account, by, at)
        return Done(account, inviting.link(account, by=by, at=at))


def reset_second(account: Staff, *, by: Staff, at: datetime) -> Done:
    """For who lost the phone: signing in takes the password alone until the step is set up anew."""
    with transaction.atomic():
        account = _within(account, by)
        if guarded(account):
            return _propose(Deed.SECOND, account, by, at)
        _reset(account, by, at)
        return Done(account)


# --- what two people do ----------------------------------------------------------------------------------


def proposals_for(staff: Staff, *, at: datetime) -> QuerySet[Proposal]:
    """What waits, of accounts in the own countries; whoever proposed something sees it wait, too."""
    waiting = Proposal.objects.filter(decided_at__isnull=True, at__gt=at - WAITS)
    return waiting.filter(account__in=visible_to(staff)).select_related("account", "by")


def may_decide(proposal: Proposal, staff: Staff) -> bool:
    """Whether this is the second person: neither who proposed it nor whom it concerns.

    What makes or concerns an administrator is confirmed by an administrator.
    """
    if staff.pk in (proposal.by_id, proposal.account_id) or not staff.has_perm(CONFIRM):
        return False
    administrators = proposal.role == ADMINISTRATOR or _holds(proposal.account, ADMINISTRATOR)
    return staff.has_perm(CHANGE) or not administrators


def accept(proposal: Proposal, *, by: Staff, at: datetime) -> Done:
    """Do what was proposed; who confirms is shown the link, where there is one. Raises NotAllowed."""
    with transaction.atomic():
        # locked before the audit is, as whoever changes the account does
        account = Staff.objects.select_for_update().get(pk=proposal.account_id)
        proposal = _decided(proposal, by, at, accepted=True)
        if not (proposal.by.is_active and proposal.by.has_perm(CHANGE)):
            raise NotAllowed(_("Whoever proposed it may not do so any more. Propose it anew."))
        if not account.is_active:
            raise NotAllowed(_("This account is closed."))
        if proposal.deed == Deed.SECOND:
            _reset(account, by, at, proposed_by=proposal.by.username)
            return Done(account, proposal=proposal)
        if proposal.deed == Deed.ROLE:
            _hold(account, proposal.role, by, at, proposed_by=proposal.by.username)
            _begin_anew(account)
        return Done(account, inviting.link(account, by=by, code=proposal.code, at=at), proposal)


def decline(proposal: Proposal, *, by: Staff, at: datetime) -> None:
    """Not done. Who proposed it may take it back this way as well. Raises NotAllowed."""
    with transaction.atomic():
        _decided(proposal, by, at, accepted=False)


def _decided(proposal: Proposal, by: Staff, at: datetime, *, accepted: bool) -> Proposal:
    rows = proposals_for(by, at=at).select_for_update(of=("self",))
    found = rows.filter(pk=proposal.pk).first()
    if found is None:
        raise NotAllowed(_("This was decided already."))
    taken_back = not accepted and found.by_id == by.pk
    if not (taken_back or may_decide(found, by)):
        raise NotAllowed(_("Somebody else must confirm this."))
    found.decided_by, found.decided_at, found.accepted = by, at, accepted
    found.save(update_fields=["decided_by", "decided_at", "accepted"])
    deed = f"{found.deed} {found.role}".strip()
    word = "proposal confirmed" if accepted else "proposal declined"
    _note(word, found.account, by, at, deed=deed, proposed_by=found.by.username)
    return found


def _propose(deed: Deed, account: Staff, by: Staff, at: datetime, role: str = "") -> Done:
    """It takes the place of one of its kind that waits. Where a link will come of it, so does its code."""
    Proposal.objects.filter(account=account, deed=deed, decided_at__isnull=True).delete()
    _note("proposed", account, by, at, deed=f"{deed} {role}".strip())
    code = "" if deed == Deed.SECOND else inviting.new_code()
    kept = inviting.sealed(code) if code else ""
    made = Proposal.objects.create(deed=deed, account=account, role=role, by=by, at=at, code=kept)
    return Done(account, proposal=made, code=code)


def _begin_anew(account: Staff) -> None:
    """Whoever could sign in with it until now can no more: that may have been one administrator alone."""
    account.set_unusable_password()
    account.save(update_fields=["password"])
    second.reset(account)


# --- rules -----------------------------------------------------------------------------------------------


def _own(countries: Iterable[str], by: Staff) -> list[str]:
    wished = sorted(set(countries))
    if set(wished) - set(by.countries):
        raise NotAllowed(_("You can give only countries of your own."))
    return wished


def _within(account: Staff, by: Staff, *, closed: bool = False) -> Staff:
    """The account, locked, if this administrator may change it at all; `closed`: a closed one, too."""
    if not by.has_perm(CHANGE):
        raise NotAllowed(_("Your role does not include this."))
    if account.pk == by.pk:
        raise NotAllowed(_("Somebody else must change your own account."))
    # one at a time: two administrators could close each other's account
    list(Group.objects.select_for_update().filter(name=ADMINISTRATOR))
    found = visible_to(by).select_for_update().filter(pk=account.pk).first()
    if found is None:
        raise NotAllowed(_("This account is not among those of your countries."))
    if not (found.is_active or closed):
        raise NotAllowed(_("This account is closed."))
    return found


def _give(account: Staff, role: str, by: Staff, at: datetime) -> Done:
    """Give the role, or propose it where it takes two. "": none."""
    if account.role_names == ([role] if role else []):
        return Done(account)
    if role == ADMINISTRATOR and set(account.countries) != set(CODES):
        raise NotAllowed(_("An administrator looks after all eight countries: choose them all."))
    if role in GUARDED:
        return _propose(Deed.ROLE, account, by, at, role)
    _hold(account, role, by, at)
    return Done(account)


def _hold(account: Staff, role: str, by: Staff, at: datetime, **told: str) -> None:
    if role != ADMINISTRATOR:
        _leave_one(account)
    before = " ".join(account.role_names)
    account.groups.set(Group.objects.filter(name=role) if role else [])
    account.is_staff = bool(role) and ROLES[role].admin_site
    account.save(update_fields=["is_staff"])
    _note("role given", account, by, at, before=before, role=role, **told)


def _reset(account: Staff, by: Staff, at: datetime, **told: str) -> None:
    second.reset(account)
    _note("second step taken away", account, by, at, **told)


def _leave_one(account: Staff) -> None:
    if not _holds(account, ADMINISTRATOR):
        return
    others = Staff.objects.filter(groups__name=ADMINISTRATOR, is_active=True).exclude(pk=account.pk)
    if not others.exists():
        raise NotAllowed(_("This is the last administrator: make another one first."))


def guarded(account: Staff) -> bool:
    """Whether what opens this account takes two people."""
    return account.groups.filter(name__in=GUARDED).exists()


def _holds(account: Staff, role: str) -> bool:
    return account.groups.filter(name=role).exists()


def _note(what: str, account: Staff, by: Staff, at: datetime, **told: str) -> None:
    kind = Kind.ROLE if "role" in told else Kind.STAFF
    own = {"account": account.username, "countries": " ".join(account.countries)}
    one = account.countries[0] if len(account.countries) == 1 else ""
    audit.note(kind, by=by, what=what, country=one, details={**own, **told}, at=at)


def second_people(proposal: Proposal) -> QuerySet[Staff]:
    """Colleagues who could confirm it, so that a page can say that there is nobody."""
    administrators = proposal.role == ADMINISTRATOR or _holds(proposal.account, ADMINISTRATOR)
    roles = [ADMINISTRATOR] if administrators else CONFIRMERS
    able = Staff.objects.filter(is_active=True, groups__name__in=roles).distinct()
    named = Q(pk=proposal.by_id) | Q(pk=proposal.account_id)
    return able.filter(countries__contains=proposal.account.countries).exclude(named)
