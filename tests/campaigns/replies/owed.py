"""An SMS that somebody asked for, as a door puts it into the outbox."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Answer
from people import identity
from tests.doors import PHONE

TOKEN = "t1.anna"


def owed(reference: str = "one", *, age: timedelta = timedelta(0), **changes: Any) -> Answer:
    """A waiting answer of that age; a parcel where `changes` say so."""
    values = {
        "gateway": "sim",
        "country": "KE",
        "token": TOKEN,
        "number": identity.seal(PHONE, identity.NUMBER),
        "text": identity.seal("Call free: 0000 111"),
        "made_at": timezone.now() - age,
    }
    return Answer.objects.create(reference=reference, **{**values, **changes})


def parcel(reference: str = "ussd:ATUid_1:faq-006", **changes: Any) -> Answer:
    return owed(reference, **{"kind": Answer.Kind.PARCEL, "item": "faq-006", **changes})
