"""The provider accounts are a file that operators edit; that it was changed is on record, its secrets are not."""

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from campaigns.blasts import routes
from people import audit
from people.audit import Kind
from people.models import AuditEntry

WHAT = "provider accounts"


def note_change(*, at: datetime) -> bool:
    """One entry when the file is another than at the last look; whether it was. Who edited it nobody can tell.

    The digest is of the whole file, so a rotated secret is a change too. An installation that never had a file
    has nothing to note.
    """
    digest = _digest()
    with transaction.atomic():
        known = AuditEntry.objects.filter(kind=Kind.SETTING, what=WHAT).first()
        if digest == (known.details.get("file", "") if known else ""):
            return False
        names = " ".join(sorted(routes.gateways()))
        told = {"file": digest, "accounts": names}
        audit.note(Kind.SETTING, by=None, what=WHAT, details=told, at=at)
    return True


def _digest() -> str:
    """Sixteen digits of the file's SHA-256, by which an operator recognises it; "" without a file."""
    if not settings.GATEWAYS_FILE:
        return ""
    return "sha256:" + hashlib.sha256(Path(settings.GATEWAYS_FILE).read_bytes()).hexdigest()[:16]
