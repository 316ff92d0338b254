"""Badges of partners' programs: given by an administrator, shown once, asked for with every request.

A badge reads `njia_<mark>_<secret>`. The mark finds its row and may be shown; the secret has 256 random bits,
so a plain digest of the whole is all that has to be kept. Programs send it as a bearer token (RFC 6750).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people import audit
from people.audit import Kind
from people.models import Badge, Staff

PREFIX: Final = "njia"  # by which scanners of code find a badge that somebody left in a file
SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
WRITTEN: Final = re.compile(r"njia_(?P<mark>[a-z0-9]{10})_[A-Za-z0-9_-]{43}")
NOBODY: Final = hashlib.sha256(b"nobody").hexdigest()  # compared with where there is no such mark
MINUTE: Final = 60  # seconds
MOST: Final = 120  # requests of one badge in a minute, over all processes
LIVES: Final = (30, 90, 180, 365)  # days; none lives longer


@dataclass(frozen=True, slots=True)
class Scope:
    """What a badge may open. `permission`: of the doors that ask for it, as a word: they lie above."""

    code: str
    name: str | Promise
    permission: str


SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        scope.code: scope
        for scope in (
            Scope("indicators", _("indicators: released tables"), "analytics.view_release"),
            Scope("editions", _("the live edition: texts and numbers"), "campaigns.view_edition"),
            Scope("blasts", _("reports of blasts that are over"), "campaigns.view_blast"),
        )
    }
)


class NotAdmitted(Exception):  # noqa: N818 (says what happened)
    """The badge opens nothing. `why`: unknown, ended or expired; the latter two only to who holds the secret."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Partner:
    """Whose program asks: it stands where a member of staff would, with what its badge opens."""

    badge: int
    name: str
    countries: tuple[str, ...]
    permissions: frozenset[str]
    is_authenticated: bool = True
    is_active: bool = True

    def get_username(self) -> str:
        return self.name

    def has_perm(self, perm: str, _obj: object = None) -> bool:
        return perm in self.permissions

    def has_perms(self, perms: Iterable[str], _obj: object = None) -> bool:
        return self.permissions.issuperset(perms)


@dataclass(frozen=True, slots=True)
class Given:
    """`secret` is shown once and kept nowhere."""

    badge: Badge
    secret: str = field(repr=False)


# --- giving and ending ------------------------------------------------------------------------------


def seen_by(staff: Staff) -> QuerySet[Badge]:
    """The badges an administrator may look after: those whose countries are all among the own ones."""
    return Badge.objects.filter(countries__contained_by=staff.countries).select_related(
        "made_by", "ended_by"
    )


def give(
    partner: str,
    scopes: Collection[str],
    countries: Collection[str],
    days: int,
    *,
    by: Staff,
    at: datetime,
) -> Given:
    """A new badge; who gives it holds all of its countries. The caller has checked the words."""
    mark = "".join(secrets.choice(SIGNS) for _each in range(10))
    secret = f"{PREFIX}_{mark}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        badge = Badge.objects.create(
            partner=partner,
            mark=mark,
            digest=digest(secret),
            scopes=[one for one in SCOPES if one in scopes],
            countries=sorted(set(countries) & set(by.countries)),
            made_by=by,
            made_at=at,
            expires_at=at + timedelta(days=days),
        )
        _note(badge, "badge given to a partner", by, at)
    return Given(badge, secret)


def end(badge: Badge, *, by: Staff, at: datetime) -> bool:
    """It opens nothing from now on; False where it had ended before."""
    with transaction.atomic():
        standing = Badge.objects.filter(pk=badge.pk, ended_at=None)
        ended = bool(standing.update(ended_at=at, ended_by=by))
        if ended:
            _note(badge, "badge of a partner ended", by, at)
    return ended


def _note(badge: Badge, what: str, by: Staff, at: datetime) -> None:
    told = {
        "partner": badge.partner,
        "badge": badge.mark,
        "scopes": " ".join(badge.scopes),
        "countries": " ".join(badge.countries),
        "until": f"{badge.expires_at:%Y-%m-%d}",
    }
    one = badge.countries[0] if len(badge.countries) == 1 else ""
    audit.note(Kind.PARTNER, by=by, what=what, country=one, details=told, at=at)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# --- with every request -----------------------------------------------------------------------------


def shown(secret: str, *, at: datetime) -> Badge:
    """The badge that a program shows. Raises NotAdmitted; how long that takes says nothing of the secret."""
    written = WRITTEN.fullmatch(secret)
    badge = Badge.objects.filter(mark=written["mark"]).first() if written else None
    right = hmac.compare_digest(badge.digest if badge else NOBODY, digest(secret))
    if badge is None or not right:
        raise NotAdmitted("unknown")
    if badge.ended_at is not None:
        raise NotAdmitted("ended")
    if badge.expires_at <= at:
        raise NotAdmitted("expired")
    return badge


def wait(badge: Badge, *, at: datetime) -> int:
    """Seconds until the next request is taken; 0: this one is, and it is counted.

    One statement, so that all processes count together and a program that is held back writes nothing.
    """
    now = int(at.timestamp())
    minute = now // MINUTE
    free = Badge.objects.filter(pk=badge.pk).exclude(minute=minute, asked__gte=MOST)
    asked = Case(When(minute=minute, then=F("asked") + 1), default=1)
    taken = free.update(minute=minute, asked=asked, used_at=at)
    return 0 if taken else MINUTE - now % MINUTE


def partner(badge: Badge) -> Partner:
    """Who stands behind a badge, as the doors know them."""
    opened = frozenset(SCOPES[one].permission for one in badge.scopes if one in SCOPES)
    return Partner(badge.pk, badge.partner, tuple(badge.countries), opened)
