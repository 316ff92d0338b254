"""The second step of signing in: a code of an app (TOTP), a passkey, or a recovery code.

Kept in django-allauth's table `Authenticator`; its pages and addresses are not used, ours are. Permissions that
show numbers, approve, publish, close a period or change staff (PROVED) hold only in a session that took this step.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.encoding import force_bytes

from gateways.carriage import LOCAL
from gateways.wire import near
from people import audit, sessions
from people.audit import Kind
from people.models import Staff

PERIOD = 30  # seconds a code stands for (RFC 6238)
SLIPS = (-1, 0, 1)  # periods by which a phone's clock may be wrong
MOST_WRONG, CLOSED_FOR = 8, timedelta(minutes=30)
_FIRST = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for them

# What nobody may do in a session without the second step, whatever the role
PROVED = frozenset(
    {
        "people.reveal_person",
        "people.answer_person",
        "people.add_staff",
        "people.change_staff",
        "people.confirm_proposal",
        "people.add_badge",
        "people.change_badge",
        "campaigns.approve_text",
        "campaigns.approve_blast",
        "campaigns.publish_edition",
        "campaigns.export_audience",
        "analytics.close_period",
        "bot.view_case",
        "bot.change_case",
        "bot.view_dangerrule",
        "bot.change_dangerrule",
    }
)


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """How allauth keeps secrets: encrypted under a key made of SECRET_KEY, which is not in the database."""

    def encrypt(self, text: str) -> str:
        sealed = AESSIV(_key(settings.SECRET_KEY)).encrypt(text.encode(), None)
        return base64.urlsafe_b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidTag where SECRET_KEY was changed and no fallback opens it."""
        sealed = base64.urlsafe_b64decode(encrypted_text)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return AESSIV(_key(secret)).decrypt(sealed, None).decode()
            except InvalidTag:
                continue
        raise InvalidTag

    def get_totp_label(self, user: Staff) -> str:
        return user.get_username()


def _key(secret: str | bytes) -> bytes:
    return hashlib.sha512(b"second step\n" + force_bytes(secret)).digest()


# --- who needs it, who has it ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Factors:
    """What a member of staff has set up. `codes`: recovery codes left."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes: int

    @property
    def ready(self) -> bool:
        return bool(self.app or self.passkeys)


def factors(staff: Staff) -> Factors:
    found = list(Authenticator.objects.filter(user=staff).order_by("created_at"))
    kinds = Authenticator.Type
    spare = next((one for one in found if one.type == kinds.RECOVERY_CODES), None)
    return Factors(
        app=next((one for one in found if one.type == kinds.TOTP), None),
        passkeys=tuple(one for one in found if one.type == kinds.WEBAUTHN),
        codes=len(RecoveryCodes(spare).get_unused_codes()) if spare else 0,
    )


@dataclass(frozen=True, slots=True)
class Way:
    """An app or a passkey as a page names it. `name`: of a passkey; `field`: for its form's password."""

    pk: int
    name: str
    since: datetime

    @property
    def field(self) -> str:
        return f"password-{self.pk}"


def ways(found: Factors) -> list[Way]:
    rows = [*([found.app] if found.app else []), *found.passkeys]
    return [Way(row.pk, row.data.get("name", ""), row.created_at) for row in rows]


def has(staff: Staff) -> bool:
    """Whether signing in takes a second step."""
    return bool(_first_of(staff).exists())


def _first_of(staff: Staff) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=staff, type__in=_FIRST)  # type: ignore[no-any-return]


def holders(staff: Iterable[Staff]) -> set[int]:
    """Those of them who have set it up: one query for a whole page."""
    rows = Authenticator.objects.filter(user__in=staff, type__in=_FIRST)
    return set(rows.values_list("user_id", flat=True))


def needs(staff: Staff) -> bool:
    """Whether the role holds anything that takes the second step."""
    return bool(PROVED & staff.get_all_permissions())


def bound() -> QuerySet[Staff]:
    """Active staff whose role holds anything that takes it, demonstration accounts left out. Two queries."""
    names = Permission.objects.select_related("content_type")
    held = [one for one in names if f"{one.content_type.app_label}.{one.codename}" in PROVED]
    given = Q(groups__permissions__in=held) | Q(user_permissions__in=held) | Q(is_superuser=True)
    return Staff.objects.filter(given, is_active=True, demonstration=False).distinct()


def waived(staff: Staff, *, address: str, host: str) -> bool:
    """Demonstration accounts on the demonstrator's own machine. `address`: who asks, "" for unknown."""
    if not (settings.DEMONSTRATION and staff.demonstration):
        return False
    return near(address) and urlsplit(f"//{host}").hostname in LOCAL


# --- checking --------------------------------------------------------------------------------------------


def closed(staff: Staff, *, at: datetime) -> bool:
    """After too many wrong codes nobody gets on with this account for half an hour, wherever they try."""
    last = staff.second_wrong_at
    return bool(last and staff.second_wrong >= MOST_WRONG and at - last < CLOSED_FOR)


def missed(staff: Staff, *, at: datetime) -> None:
    """One more wrong code; the one that closes the step is on record."""
    with transaction.atomic():
        row = Staff.objects.select_for_update().get(pk=staff.pk)
        lately = row.second_wrong_at and at - row.second_wrong_at < CLOSED_FOR
        row.second_wrong = row.second_wrong + 1 if lately else 1
        row.second_wrong_at = at
        row.save(update_fields=["second_wrong", "second_wrong_at"])
        if row.second_wrong == MOST_WRONG:
            audit.note(Kind.REFUSED, by=staff, what="second step closed: wrong codes", at=at)


def passed(staff: Staff) -> None:
    Staff.objects.filter(pk=staff.pk).update(second_wrong=0, second_wrong_at=None)


def check(staff: Staff, code: str, *, at: datetime) -> bool:
    """Whether this is a code of the app, or one of the recovery codes. Each code is taken once."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdecimal()):
        return False
    try:
        return _check_app(staff, code, at) or _check_spare(staff, code, at)
    except InvalidTag:
        return (
            False  # SECRET_KEY was changed: an administrator takes the step away, it is set up anew
        )


def _check_app(staff: Staff, code: str, at: datetime) -> bool:
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update()
        row = rows.filter(user=staff, type=Authenticator.Type.TOTP).first()
        counter = counter_of(Adapter().decrypt(row.data["secret"]), code, at) if row else None
        if row is None or counter is None or counter <= row.data.get("counter", 0):
            return False
        row.data["counter"] = counter  # the same code, or an older one, is worth nothing any more
        row.last_used_at = at
        row.save(update_fields=["data", "last_used_at"])
    return True


def counter_of(secret: str, code: str, at: datetime) -> int | None:
    """The period whose code this is, among those that a wrong clock may show; None for none."""
    now = int(at.timestamp()) // PERIOD
    known = ((now + slip, format_hotp_value(hotp_value(secret, now + slip))) for slip in SLIPS)
    return next((each for each, text in known if hmac.compare_digest(text, code)), None)


def _check_spare(staff: Staff, code: str, at: datetime) -> bool:
    row = Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None or not RecoveryCodes(row).validate_code(code):
        return False
    audit.note(Kind.STAFF, by=staff, what="recovery code used", at=at)
    return True


# --- setting up ------------------------------------------------------------------------------------------


def new_secret() -> str:
    return str(generate_totp_secret())


def add_app(staff: Staff, secret: str, code: str, *, at: datetime) -> bool:
    """The app that shows this code of this secret takes the place of an earlier one; False for a wrong code."""
    code = "".join(code.split())
    counter = counter_of(secret, code, at) if code.isascii() and code.isdecimal() else None
    if counter is None:
        return False
    with transaction.atomic():
        Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).delete()
        made = TOTP.activate(staff, secret).instance
        made.data["counter"] = counter
        made.save(update_fields=["data"])
        audit.note(Kind.STAFF, by=staff, what="second step: app set up", at=at)
    return True


def new_codes(staff: Staff, *, at: datetime) -> Sequence[str]:
    """Ten recovery codes, shown once; earlier ones are worth nothing any more."""
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)
        kind = Authenticator.Type.RECOVERY_CODES
        Authenticator.objects.filter(user=staff, type=kind).delete()
        codes: list[str] = RecoveryCodes.activate(staff).get_unused_codes()
        audit.note(Kind.STAFF, by=staff, what="recovery codes made", at=at)
    return codes


def remove(staff: Staff, pk: int, *, at: datetime) -> bool:
    """Take away one app or passkey of one's own; with the last one the recovery codes go. False: not there."""
    with transaction.atomic():
        gone, _each = _first_of(staff).filter(pk=pk).delete()
        if gone:
            audit.note(Kind.STAFF, by=staff, what="second step: one way removed", at=at)
        if not has(staff):
            Authenticator.objects.filter(user=staff).delete()
    return bool(gone)


def reset(account: Staff) -> None:
    """Everything is taken away and every browser signed out; who does it notes it."""
    Authenticator.objects.filter(user=account).delete()
    passed(account)
    sessions.end_all(account)
