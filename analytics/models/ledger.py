"""What was met, by whom nobody knows: exposures, whom they reach, the chain of days, answers of the quiz."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """How far content got with a subject; "reached" is not stored, it follows from a rule."""

    TARGETED = "targeted", _("targeted")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    INTERACTED = "interacted", _("interacted")
    ENGAGED = "engaged", _("engaged")
    COMPLETED = "completed", _("completed")
    REFERRED = "referred", _("referred")


def word(**options: object) -> "models.TextField[str, str]":
    """A short code. Byte order (C): nobody sorts codes by language, and it compares fastest."""
    return models.TextField(db_collation="C", **options)  # type: ignore[arg-type]


class Exposure(models.Model):
    """One fact about one subject and some content. Never updated, never deleted, chained by day.

    The product's role holds no UPDATE, DELETE or TRUNCATE here and on the chain (docs/adr/0016).
    Blank words mean "unknown". Of sensitive content only indicators, campaign, country and channel are
    written, the other words are blank.
    """

    sequence = models.BigAutoField(primary_key=True)  # order of recording
    at = models.DateTimeField()  # when it happened: counts for the period
    recorded_at = models.DateTimeField()  # when we learnt of it, by the database's clock
    key = models.UUIDField(unique=True)  # the writer's: a second record of the same fact is dropped
    subject = models.UUIDField()
    recorded_on = models.DateField()  # the day (Africa/Nairobi) in whose chain link the row lies
    linked = models.BooleanField()  # False: a chat identity without a phone number
    sensitive = models.BooleanField()
    tier = word(choices=Tier)
    indicators = ArrayField(word())
    campaign = word()
    country = word()
    channel = word()
    item = word()
    language = word()
    network = word()
    gateway = word()
    sex = word()
    age_band = word()
    status = word()
    district = word()

    class Meta:
        # written in order of time: a block index costs nearly nothing at the bulk insert
        indexes = [
            BrinIndex("at", name="exposure_at", pages_per_range=32, autosummarize=True),
            BrinIndex("recorded_on", name="exposure_day", pages_per_range=32, autosummarize=True),
        ]
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")

    def __str__(self) -> str:
        return f"{self.sequence} {self.tier} {self.campaign}"


class Reach(models.Model):
    """That a subject was met at all: one row however often, with what the first exposure said.

    First = lowest sequence. Channel and `linked` belong to the key, so that "by SMS" and "by chat without
    a number" are exact too. Follows from `Exposure`.
    """

    # by subject first: a refresh asks what became of the few subjects that are new
    pk = models.CompositePrimaryKey(
        "subject", "indicator", "month", "tier", "campaign", "country", "channel", "linked"
    )
    sequence = (
        models.BigIntegerField()
    )  # of the first exposure: "as known at sequence n" stays countable
    subject = models.UUIDField()
    month = models.DateField()  # first day of the month of exposure, Africa/Nairobi
    linked = models.BooleanField()
    indicator = word()
    tier = word(choices=Tier)
    campaign = word()
    country = word()
    channel = word()
    language = word()
    network = word()
    sex = word()
    age_band = word()
    status = word()
    district = word()

    class Meta:
        # no second B-tree: with statistics not yet taken it would be chosen over the key, at the cost of
        # reading a whole month for every row that is written
        indexes = [
            BrinIndex("month", name="reach_month", pages_per_range=32, autosummarize=True),
        ]
        verbose_name = _("reach")
        verbose_name_plural = _("reach")

    def __str__(self) -> str:
        return f"{self.indicator} {self.month:%Y-%m} {self.tier}"


class DayLink(models.Model):
    """One closed recording day: what its rows hash to, chained to the day before."""

    day = models.DateField(primary_key=True)
    first = models.BigIntegerField()  # lowest and highest sequence of the day
    last = models.BigIntegerField()
    rows = models.BigIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256, hex; see analytics.chain
    previous = models.CharField(
        max_length=64, blank=True
    )  # digest of the link before, "" at the first

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"


class Recount(models.Model):
    """How many subjects were cut from their numbers on a day: whoever of them comes back is counted as new."""

    day = models.DateField()  # in Africa/Nairobi
    country = word()  # of the first exposure
    subjects = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("day", "country", name="recount_once_a_day")]
        verbose_name = _("possible recount")
        verbose_name_plural = _("possible recounts")

    def __str__(self) -> str:
        return f"{self.day} {self.country}: {self.subjects}"


class QuizAnswer(models.Model):
    """One answer of the quiz, before or after the explanation was read. Never updated; see analytics.knowledge."""

    key = models.UUIDField(unique=True)
    meeting = models.UUIDField()  # the session or dialogue and question that pair two answers
    subject = models.UUIDField(null=True)
    at = models.DateTimeField()
    item = word()
    phase = word()  # before, after
    right = models.BooleanField()
    campaign = word()
    country = word()
    channel = word()
    language = word()

    class Meta:
        indexes = [BrinIndex("at", name="quiz_at", pages_per_range=32, autosummarize=True)]
        verbose_name = _("quiz answer")
        verbose_name_plural = _("quiz answers")

    def __str__(self) -> str:
        return f"{self.item} {self.phase}"
