"""One blast to one person: the plan (Chunk, Delivery), what came of it (DeliveryResult), and receipts
that nobody has asked for yet (ReceiptRow).

The hot rows carry no database foreign keys and few indexes: a million of them are frozen in seconds and
their results are appended by COPY. Nothing here is ever deleted while its blast exists.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.blasts import Blast
from people.models import token_field


class Fate(models.IntegerChoices):
    """The states of a delivery, ordered: the higher wins, in whatever order news comes.

    10 to 60 are the ranks of receipts (gateways.base.Standing). Refused and excluded are final
    and surely not sent; they are above, since no receipt can follow them.
    """

    PLANNED = 0, _("planned")
    RETRY = 1, _("to be tried again")
    UNSURE = 2, _("unsure")
    ACCEPTED = 5, _("accepted")
    QUEUED = 10, _("queued")
    SENT = 20, _("sent")
    SUBMITTED = 30, _("submitted")
    BUFFERED = 40, _("buffered")
    ABSENT = 50, _("absent")
    EXPIRED = 51, _("expired")
    FAILED = 52, _("failed")
    REJECTED = 53, _("rejected")
    DELIVERED = 60, _("delivered")
    REFUSED = 90, _("refused")
    EXCLUDED = 91, _("excluded")


class Chunk(models.Model):
    """Deliveries that share one text, one gateway and one request: the unit that a worker leases.

    waiting -> leased -> begun -> done, or back to waiting; closed when its blast was stopped or
    expired. `begun` is committed before the first byte leaves: a worker that dies after it leaves
    every delivery not answered unsure, one that dies before it leaves them free to be tried again.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        LEASED = "leased"
        BEGUN = "begun"
        DONE = "done"
        CLOSED = "closed"

    OPEN = (State.WAITING, State.LEASED, State.BEGUN)  # whose people are not through yet

    blast = models.ForeignKey(Blast, models.CASCADE, related_name="chunks", db_index=False)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    gateway = models.CharField(max_length=64)
    sender = models.CharField(max_length=32, blank=True)
    # Gateways that serve all its people too, the next one first (blasts.detours).
    onward = ArrayField(models.CharField(max_length=64), default=list)
    people = models.IntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    owner = models.CharField(max_length=64, blank=True)  # new for each lease: the fence
    until = models.DateTimeField(null=True)
    attempt = models.SmallIntegerField(default=0)  # requests begun
    not_before = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    asked = models.IntegerField(default=0)  # numbers in the requests so far
    accepted = models.IntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=4, default=0)  # as the provider said
    unsettled = models.BooleanField(default=False)  # results not yet folded into the deliveries
    targeted = models.BooleanField(default=False)  # its people are in the ledger as targeted
    reason = models.CharField(max_length=32, blank=True)  # why it was closed

    class Meta:
        indexes = [
            models.Index(fields=["blast", "state", "gateway", "id"], name="chunk_of_blast"),
            models.Index(
                fields=["until"], condition=Q(state__in=["leased", "begun"]), name="chunk_held"
            ),
            models.Index(fields=["id"], condition=Q(unsettled=True), name="chunk_unsettled"),
            models.Index(fields=["begun_at"], name="chunk_begun"),
        ]

    def __str__(self) -> str:
        return f"chunk {self.pk}: {self.state}"


class Delivery(models.Model):
    """One blast to one person, known by token. The number stays sealed with the person."""

    blast = models.ForeignKey(
        Blast, models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    chunk = models.ForeignKey(
        Chunk, models.DO_NOTHING, related_name="deliveries", db_constraint=False
    )
    token = token_field(double="bury")  # its row counts, whoever it leads to
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    network = models.CharField(max_length=16, blank=True)
    state = models.SmallIntegerField(choices=Fate, default=Fate.PLANNED)
    reason = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField(null=True)  # when it came to this state

    class Meta:
        constraints = [
            # token first: the frequency cap and the receipts ask by token
            models.UniqueConstraint(fields=["token", "blast"], name="delivery_once")
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class HeldOut(models.Model):
    """Somebody whom the lot left out of a blast on purpose, so that its effect can be estimated.

    They have no delivery, so that nothing can ever send it to them.
    """

    blast = models.ForeignKey(
        Blast, models.DO_NOTHING, related_name="held_out", db_constraint=False, db_index=False
    )
    token = token_field(double="bury")  # its row counts, whoever it leads to
    country = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "blast"], name="held_out_once"),
        ]
        indexes = [models.Index(fields=["blast"], name="held_out_of_blast")]

    def __str__(self) -> str:
        return f"held out of blast {self.blast_id}"


class DeliveryResult(models.Model):
    """Append-only: what one attempt gave for one delivery. Written by COPY, in the order of arrival."""

    chunk = models.ForeignKey(Chunk, models.DO_NOTHING, db_constraint=False, db_index=False)
    delivery = models.ForeignKey(Delivery, models.DO_NOTHING, db_constraint=False, db_index=False)
    state = models.SmallIntegerField(choices=Fate)
    reference = models.CharField(max_length=128, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["chunk", "delivery"], name="result_of_delivery"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="result_reference"),
        ]

    def __str__(self) -> str:
        return f"result of delivery {self.delivery_id}"


class ReceiptRow(models.Model):
    """A receipt whose reference we do not know (yet): merged by rank and kept until it can be applied."""

    gateway = models.CharField(max_length=64)
    reference = models.CharField(max_length=128)
    token = token_field()
    network = models.CharField(max_length=16, blank=True)
    rank = models.SmallIntegerField()
    reason = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()  # of the highest rank
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "reference", "token"], name="receipt_kept_once"
            )
        ]
        indexes = [models.Index(fields=["first_at"], name="receipt_kept_since")]

    def __str__(self) -> str:
        return f"receipt {self.reference}"


class Reply(models.Model):
    """The reference of a message that is no delivery (an answer of the bot): its receipts settle no delivery.

    `answer`: whose they are; None once that row is gone.
    """

    gateway = models.CharField(max_length=64)
    reference = models.CharField(max_length=128)
    answer = models.ForeignKey("campaigns.Answer", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "reference"], name="reply_once")]
        verbose_name_plural = "replies"

    def __str__(self) -> str:
        return f"reply {self.reference}"
