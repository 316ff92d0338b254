"""Forgetting somebody in what was sent and what waits: it stays as counts and leads to nobody."""

from collections.abc import Collection, Iterable

from django.db import transaction

from campaigns.models.blasts import AudienceMember
from campaigns.models.deliveries import Delivery, DeliveryResult, ReceiptRow
from campaigns.models.replies import Answer
from people import erasure
from people.erasure import Forgotten, tombstone
from people.models import Person


def forget(token: str, *, former: Iterable[str] = ()) -> Forgotten:
    """people.erasure.forget, and the same for deliveries, explicit audiences and kept receipts.

    Each delivery gets a tombstone of its own, so that not even "the same person twice" can be read. One
    still waiting is left out when its turn comes, reason "erased". A parcel that waits is not sent any more;
    what else single SMS tell goes within minutes (`campaigns.replies.retention`).
    """
    with transaction.atomic():
        tokens = erasure.everybody([token, *former])
        forgotten = erasure.forget(token, former=tokens)
        _unname(tokens)
        parcels = Answer.objects.filter(token__in=tokens, kind=Answer.Kind.PARCEL)
        parcels.filter(state=Answer.State.WAITING).update(
            state=Answer.State.REFUSED, reason="erased", number="", text=""
        )
    return forgotten


def follow() -> None:
    """The same for what was under way while somebody was forgotten: a plan being frozen, a receipt.

    Who was taken in again since the wish stays: they are somebody new.
    """
    wishes = set(erasure.asked().values_list("token", flat=True))
    again = Person.objects.filter(token__in=wishes).values_list("token", flat=True)
    if left := wishes - set(again):
        with transaction.atomic():
            _unname(left)


def _unname(tokens: Collection[str]) -> None:
    """The provider can say whose a reference is, so that goes with the token."""
    AudienceMember.objects.filter(token__in=tokens).delete()
    ReceiptRow.objects.filter(token__in=tokens).delete()
    theirs = list(Delivery.objects.filter(token__in=tokens).select_for_update())
    results = DeliveryResult.objects.filter(
        chunk__in={one.chunk_id for one in theirs}, delivery__in=[one.pk for one in theirs]
    )
    results.exclude(reference="").update(reference="")
    for delivery in theirs:
        delivery.token = tombstone()
    Delivery.objects.bulk_update(theirs, ["token"])
