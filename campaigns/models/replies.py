"""Single SMS that somebody asked for, until they are sent and for some days as counts."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import SealField, token_field


class Answer(models.Model):
    """An SMS that one person asked for: sent once, under a name that the same wish has each time.

    `reference`: the message answered, as the provider names it; of a parcel `ussd:<session>:<item>`; of RapidPro's `external:<gateway>:<id>`;
    of a colleague's answer `wish:<wish>:<text>`; of a trial `trial:<blast>:<language>:<masked number>:<random>`.
    `rank`: how far it came, by its receipts (gateways.base.Standing); 0: none came. `reason` is then theirs.
    `cost`: as the provider said, NULL where it said nothing. A `sensitive` item is named for a day only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        BEGUN = "begun", _("begun")  # left standing: whether it was sent is unknown
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer to an SMS")
        PARCEL = "parcel", _("text of a USSD screen")
        TRIAL = "trial", _("trial of a blast, to a colleague's phone")
        EXTERNAL = "external", _("message of RapidPro")
        PERSON = "person", _("answer of a colleague")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ANSWER)
    gateway = models.CharField(max_length=64)
    reference = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    item = models.CharField(max_length=64, blank=True)
    sensitive = models.BooleanField(default=False)
    token = token_field(blank=True)  # for an hour, of a parcel for a day
    number = SealField(kind="number")  # emptied when it was sent
    sender = models.CharField(max_length=128, blank=True)
    text = SealField(kind="text")  # emptied when it was sent
    choices = SealField(kind="text", default="")  # of a chat: its keys; emptied with the text
    made_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)  # of a next try; once begun, under way till then
    not_after = models.DateTimeField(
        null=True
    )  # of a chat: its app lets nothing through after that
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=32, blank=True)
    rank = models.SmallIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    told = models.BooleanField(default=False)  # RapidPro heard what became of its message

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="answer_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "made_at"], name="answer_state"),
            models.Index(fields=["token", "made_at"], name="answer_token"),
            models.Index(
                fields=["id"],
                condition=models.Q(kind="external", told=False),
                name="answer_to_be_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.state}"


class Forward(models.Model):
    """A text to a code of RapidPro's: given to it once at most, under the name its provider gave it.

    `gateway` it came through, `account` of RapidPro it goes to. Whose it was is known until it went.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        BEGUN = "begun", _("begun")  # left standing: whether RapidPro has it is unknown
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")

    account = models.CharField(max_length=64)
    gateway = models.CharField(max_length=64)
    reference = models.CharField(max_length=200)
    token = token_field(blank=True)  # emptied with number and text
    number = SealField(kind="number")
    text = SealField(kind="text")
    made_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)  # of a next try; once begun, under way till then
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="forward_once")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "made_at"], name="forward_state")]

    def __str__(self) -> str:
        return f"{self.account} {self.state}"
