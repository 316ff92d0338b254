"""Forgetting somebody in what was sent and what waits: it stays as counts and leads to nobody."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from campaigns.models.blasts import AudienceMember
from campaigns.models.deliveries import Delivery, DeliveryResult, HeldOut, ReceiptRow
from campaigns.models.replies import Answer
from people import erasure
from people.erasure import TOMBSTONES, Forgotten
from people.models import Person


def forget(token: str, *, former: Iterable[str] = ()) -> Forgotten:
    """people.erasure.forget, and the same for deliveries, explicit audiences and kept receipts.

    Each delivery gets a tombstone of its own, so that not even "the same person twice" can be read. One
    still waiting is left out when its turn comes, reason "erased". A parcel or a colleague's answer that waits is not sent;
    what else single SMS tell goes within minutes (`campaigns.replies.retention`).
    """
    with transaction.atomic():
        tokens = erasure.everybody([token, *former])
        forgotten = erasure.forget(token, former=tokens)
        _unname(tokens)
        late = Answer.objects.filter(
            token__in=tokens, kind__in=(Answer.Kind.PARCEL, Answer.Kind.PERSON)
        )
        late.filter(state=Answer.State.WAITING).update(
            state=Answer.State.REFUSED, reason="erased", number="", text=""
        )
    return forgotten


def follow() -> None:
    """The same for what was under way while somebody was forgotten: a plan being frozen, a receipt.

    Who was taken in again since the wish stays: they are somebody new.
    """
    again = Person.objects.filter(token=OuterRef("token"))
    left = erasure.asked().filter(~Exists(again)).values_list("token", flat=True)
    if tokens := list(left):
        with transaction.atomic():
            _unname(tokens)


def _unname(tokens: Collection[str]) -> None:
    """The provider can say whose a reference is, so that goes with the token."""
    AudienceMember.objects.filter(token__in=tokens).delete()
    ReceiptRow.objects.filter(token__in=tokens).delete()
    HeldOut.objects.filter(token__in=tokens).update(token=TOMBSTONES)
    theirs = Delivery.objects.filter(token__in=tokens).order_by("pk").select_for_update()
    found = dict(theirs.values_list("pk", "chunk"))
    results = DeliveryResult.objects.filter(chunk__in=set(found.values()), delivery__in=found)
    results.exclude(reference="").update(reference="")
    Delivery.objects.filter(pk__in=found).update(token=TOMBSTONES)
