"""Forgetting somebody in what was sent: their deliveries stay as counts and lead to nobody."""

import secrets
from collections.abc import Iterable

from django.db import transaction

from campaigns.models.blasts import AudienceMember
from campaigns.models.deliveries import Delivery, ReceiptRow
from people import erasure
from people.erasure import Forgotten


def forget(token: str, *, former: Iterable[str] = ()) -> Forgotten:
    """people.erasure.forget, and the same for deliveries, explicit audiences and kept receipts.

    Each delivery gets a tombstone of its own, so that not even "the same person twice" can be read. One
    still waiting is left out when its turn comes, reason "erased".
    """
    tokens = [token, *former]
    with transaction.atomic():
        forgotten = erasure.forget(token, former=former)
        AudienceMember.objects.filter(token__in=tokens).delete()
        ReceiptRow.objects.filter(token__in=tokens).delete()
        for delivery in Delivery.objects.filter(token__in=tokens):
            delivery.token = f"erased:{secrets.token_hex(16)}"
            delivery.save(update_fields=["token"])
    return forgotten
