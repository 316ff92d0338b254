"""Forgetting somebody in what was sent and what waits: it stays as counts and leads to nobody."""

import secrets
from collections.abc import Iterable

from django.db import transaction

from campaigns.models.blasts import AudienceMember
from campaigns.models.deliveries import Delivery, ReceiptRow
from campaigns.models.replies import Answer
from people import erasure
from people.erasure import Forgotten


def forget(token: str, *, former: Iterable[str] = ()) -> Forgotten:
    """people.erasure.forget, and the same for deliveries, explicit audiences and kept receipts.

    Each delivery gets a tombstone of its own, so that not even "the same person twice" can be read. One
    still waiting is left out when its turn comes, reason "erased". A parcel that waits is not sent any more;
    what else single SMS tell goes within minutes (`campaigns.replies.retention`).
    """
    tokens = [token, *former]
    with transaction.atomic():
        forgotten = erasure.forget(token, former=former)
        AudienceMember.objects.filter(token__in=tokens).delete()
        ReceiptRow.objects.filter(token__in=tokens).delete()
        parcels = Answer.objects.filter(token__in=tokens, kind=Answer.Kind.PARCEL)
        parcels.filter(state=Answer.State.WAITING).update(
            state=Answer.State.REFUSED, reason="erased", number="", text=""
        )
        for delivery in Delivery.objects.filter(token__in=tokens):
            delivery.token = f"erased:{secrets.token_hex(16)}"
            delivery.save(update_fields=["token"])
    return forgotten
