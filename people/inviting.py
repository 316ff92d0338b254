"""Invitations: a link that an administrator hands over, and with which a colleague sets a password, once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from people import audit, sessions
from people.audit import Kind
from people.models import Invitation, Staff

HOURS = 72
LIFE = timedelta(hours=HOURS)


class NotInvited(ValueError):  # noqa: N818 - named for what it is
    """The link is unknown, used, replaced or too old, or the account is closed: it sets no password."""


@dataclass(frozen=True, slots=True)
class Link:
    """`token` is shown once and kept nowhere; only its digest is."""

    account: Staff
    token: str
    expires_at: datetime


def link(account: Staff, *, by: Staff | None, at: datetime) -> Link:
    """A new link for this account; an earlier one that was not used is worth nothing from now on."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(account=account, used_at__isnull=True).delete()
        made = Invitation.objects.create(
            digest=digest(token), account=account, by=by, made_at=at, expires_at=at + LIFE
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


def accept(token: str, password: str, *, at: datetime) -> Staff:
    """Set the password, which the caller has validated; other sessions of the account end. Raises NotInvited."""
    with transaction.atomic():
        invitation = _standing(token, at, lock=True)
        invitation.used_at = at
        invitation.save(update_fields=["used_at"])
        account = invitation.account
        account.set_password(password)
        account.save(update_fields=["password"])
        sessions.end_all(account)
        audit.note(Kind.STAFF, by=account, what="password set by link", at=at)
    return account


def _standing(token: str, at: datetime, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.select_related("account")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    try:
        return rows.get(
            digest=digest(token),
            used_at__isnull=True,
            expires_at__gt=at,
            account__is_active=True,
        )
    except Invitation.DoesNotExist:
        raise NotInvited from None
