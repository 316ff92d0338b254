"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is right. The challenge lies in the session.

They work over https, and on http://localhost; a browser knows none for a bare address such as 127.0.0.1.
"""

import ipaddress
import json
from datetime import datetime
from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from people import audit
from people.audit import Kind
from people.models import Staff

NAME_MOST = 40


def possible(request: HttpRequest) -> bool:
    """Whether a browser can keep a passkey for this address."""
    host = request.get_host().rpartition("]")[0].strip("[") or request.get_host().split(":")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def offer(staff: Staff) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    asked: dict[str, Any] = auth.begin_registration(staff, passwordless=False)
    return asked


def ask(staff: Staff) -> dict[str, Any]:
    """What the browser needs to show one of the passkeys it has."""
    asked: dict[str, Any] = auth.begin_authentication(staff)
    return asked


def kept(staff: Staff, name: str, answer: str, *, at: datetime) -> bool:
    """Keep the passkey that the browser made; False for an answer that is not to our challenge."""
    try:
        credential = json.loads(answer)
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except BROKEN:
        return False
    auth.WebAuthn.add(staff, name[:NAME_MOST], credential)
    audit.note(Kind.STAFF, by=staff, what="second step: passkey set up", at=at)
    return True


def answered(staff: Staff, answer: str, *, at: datetime) -> bool:
    """Whether the browser showed one of this member's passkeys for our challenge."""
    try:
        credential = json.loads(answer)
        auth.parse_authentication_response(credential)
        found = auth.complete_authentication(staff, credential)
    except BROKEN:
        return False
    found.last_used_at = at
    found.save(update_fields=["last_used_at"])
    return True


# what a made-up or damaged answer can lead to in the libraries that read it
BROKEN = (ValidationError, ValueError, TypeError, KeyError, AttributeError)
