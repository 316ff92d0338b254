"""Invitations: a link that an administrator hands over, and with which a colleague sets a password, once.

The link of a role that takes two people opens only with a code. Who proposed is shown the code, who confirmed is
shown the link (people.accounts): each hands over a half, so no single person ever holds what opens such an account,
let alone two of them that together approve a blast or unmask a number.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from people import audit, sessions
from people.audit import Kind
from people.models import Invitation, Staff

HOURS = 72
LIFE = timedelta(hours=HOURS)
SIGNS, LENGTH = (
    "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
    10,
)  # of a code: 50 bits, nothing that looks alike
MOST_WRONG = 8  # codes; then the link is worth nothing


class NotInvited(ValueError):  # noqa: N818 - named for what it is
    """The link is unknown, used, replaced or too old, or the account is closed: it sets no password."""


class WrongCode(ValueError):  # noqa: N818 - named for what it is
    """The link is right, the code that belongs to it is not: the password stays as it is."""


@dataclass(frozen=True, slots=True)
class Link:
    """`token` is shown once and kept nowhere; only its digest is."""

    account: Staff
    token: str
    expires_at: datetime


def new_code() -> str:
    """As K7QPM-2XRWD: to be read out or written down, shown once and kept nowhere."""
    signs = "".join(secrets.choice(SIGNS) for _each in range(LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def sealed(code: str) -> str:
    """What a table keeps of a code. Keyed: 50 bits could be tried out by who reads the table alone."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return salted_hmac("people.inviting.code", plain, algorithm="sha256").hexdigest()


def link(account: Staff, *, by: Staff | None, at: datetime, code: str = "") -> Link:
    """A new link for this account; an earlier one that was not used is worth nothing from now on.

    `code`: sealed, of the code without which it does not open.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(account=account, used_at__isnull=True).delete()
        made = Invitation.objects.create(
            digest=digest(token),
            account=account,
            by=by,
            made_at=at,
            expires_at=at + LIFE,
            code=code,
        )
        told = {"account": account.username, "until": f"{made.expires_at:%Y-%m-%d %H:%M}"}
        one = account.countries[0] if len(account.countries) == 1 else ""
        what = "link to set a password"
        audit.note(Kind.STAFF, by=by, what=what, country=one, details=told, at=at)
    return Link(account, token, made.expires_at)


def digest(token: str) -> str:
    """Tokens are 256 random bits: a plain hash cannot be tried out."""
    return hashlib.sha256(token.encode()).hexdigest()


def invited(token: str, *, at: datetime) -> Staff:
    """Whose link this is. Raises NotInvited."""
    return _standing(token, at).account


def asks_code(token: str, *, at: datetime) -> bool:
    """Whether the link opens only with a code. Raises NotInvited."""
    return bool(_standing(token, at).code)


def accept(token: str, password: str, *, code: str = "", at: datetime) -> Staff:
    """Set the password, which the caller has validated; other sessions of the account end.

    Raises NotInvited, and WrongCode, which is counted.
    """
    with transaction.atomic():
        invitation = _standing(token, at, lock=True)
        right = not invitation.code or hmac.compare_digest(invitation.code, sealed(code))
        if right:
            _use(invitation, password, at)
        else:
            _miss(invitation, at)
    if not right:
        raise WrongCode
    return invitation.account


def _use(invitation: Invitation, password: str, at: datetime) -> None:
    invitation.used_at = at
    invitation.save(update_fields=["used_at"])
    account = invitation.account
    account.set_password(password)
    account.save(update_fields=["password"])
    sessions.end_all(account)
    audit.note(Kind.STAFF, by=account, what="password set by link", at=at)


def _miss(invitation: Invitation, at: datetime) -> None:
    """The wrong code that makes the link worthless is on record."""
    invitation.wrong += 1
    invitation.save(update_fields=["wrong"])
    if invitation.wrong == MOST_WRONG:
        told = {"account": invitation.account.username}
        audit.note(Kind.REFUSED, by=None, what="link void: wrong codes", details=told, at=at)


def _standing(token: str, at: datetime, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.select_related("account")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    try:
        return rows.get(
            digest=digest(token),
            used_at__isnull=True,
            expires_at__gt=at,
            wrong__lt=MOST_WRONG,
            account__is_active=True,
        )
    except Invitation.DoesNotExist:
        raise NotInvited from None
