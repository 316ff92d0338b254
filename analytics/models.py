"""The ledger's tables: a small warehouse that copies the facts as they were, with no foreign key out.

`exposure` is the only truth and only ever grows. `reach`, `figure` and `day_link` follow from it and can
be counted again at any time (`analytics.verification`). A person is only a random `subject` here.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
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


class Indicator(models.Model):
    """Something a donor asks for. Its names in the donors' schemes are `IndicatorTitle` rows."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    counted = models.BooleanField()  # from the ledger; False: entered by hand, with evidence
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IndicatorTitle(models.Model):
    """What one reporting scheme calls an indicator, word for word."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="titles")
    scheme = models.CharField(max_length=60)
    code = models.CharField(max_length=20, blank=True)
    title = models.TextField()

    class Meta:
        ordering: ClassVar = ["scheme", "code"]
        constraints = [models.UniqueConstraint("scheme", "title", name="title_once_a_scheme")]
        verbose_name = _("indicator title")
        verbose_name_plural = _("indicator titles")

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}".strip()


class Rule(models.Model):
    """How an indicator is counted, from a date on. A changed rule is a new row; old reports keep theirs."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="rules")
    version = models.PositiveSmallIntegerField()
    tiers = ArrayField(word())  # a subject with any of these is reached
    start = models.DateField()  # "first time" and "cumulative" count from this day on
    since = models.DateField()  # periods that begin on this day or later are counted by this rule
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["indicator", "version"]
        constraints = [
            models.UniqueConstraint("indicator", "version", name="rule_version_once"),
            models.UniqueConstraint("indicator", "since", name="rule_one_a_day"),
        ]
        verbose_name = _("counting rule")
        verbose_name_plural = _("counting rules")

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.version}"


class Target(models.Model):
    """What was meant to be reached in [starts, ends), and when somebody said so."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    starts = models.DateField()
    ends = models.DateField()
    value = models.PositiveIntegerField()  # unique numbers: whole ones
    set_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=F("starts")), name="target_has_days"
            ),
            models.UniqueConstraint("indicator", "starts", "ends", name="target_once_a_period"),
        ]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.starts}: {self.value}"

    @property
    def retrospective(self) -> bool:
        """Set when the period had already begun: in published data 98 % of such targets equal the actual."""
        return self.set_on >= self.starts


class Figure(models.Model):
    """A counted number of a standard period, kept so that pages need not count. Follows from `Reach`.

    It holds for all exposures up to sequence `upto`, so it can be counted again at any later time.
    """

    indicator = word()
    rule = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    by = word()  # the breakdown's dimensions, "country,channel"; "" for the total
    cell = ArrayField(word())  # one word for each of them
    targeted = models.IntegerField()
    sent = models.IntegerField()
    delivered = models.IntegerField()
    unique = models.IntegerField()
    first_time = models.IntegerField()
    cumulative = models.IntegerField()
    interacted = models.IntegerField()
    engaged = models.IntegerField()
    completed = models.IntegerField()
    referred = models.IntegerField()
    unlinked_unique = models.IntegerField()
    unlinked_first_time = models.IntegerField()
    unlinked_cumulative = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "indicator", "rule", "starts", "ends", "by", "cell", name="figure_once"
            )
        ]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} {self.by}"


class Count(models.Model):
    """One run that filled the figures of an indicator and a period."""

    indicator = word()
    rule = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    upto = models.BigIntegerField()  # every exposure up to this sequence is in
    counted_at = models.DateTimeField()
    seconds = models.FloatField()  # what it cost: dear periods are counted less often

    class Meta:
        constraints = [
            models.UniqueConstraint("indicator", "rule", "starts", "ends", name="count_once")
        ]
        verbose_name = _("count")
        verbose_name_plural = _("counts")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} up to {self.upto}"


class Network(models.Model):
    """What a network's code is called. Codes are stored everywhere as they came; this names them on pages.

    No exposure points here: another name changes what a reader sees, never what was recorded.
    """

    code = models.CharField(max_length=16, primary_key=True)  # as callbacks write it: MCC + MNC
    country = models.CharField(
        max_length=2, blank=True
    )  # "": of no country, as a provider's sandbox
    name = models.CharField(max_length=60, blank=True)  # "": not named, the code itself is shown
    source = models.CharField(max_length=200, blank=True)  # who says so
    seeded = models.BooleanField(default=False)  # as the seed has it: a newer seed may mend the row
    before = ArrayField(  # country, name and source before the last change; empty: never changed
        models.CharField(max_length=200, blank=True), default=list, blank=True
    )
    changes = models.PositiveIntegerField(default=0)  # how often; tells whether somebody was faster
    changed_by = models.CharField(max_length=150, blank=True)  # copied: nothing points out of here
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view", "add", "change")
        ordering: ClassVar = ["country", "code"]
        constraints = [
            models.UniqueConstraint(
                "country",
                Lower("name"),
                condition=~models.Q(name=""),
                name="network_name_once_a_country",
            )
        ]
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def __str__(self) -> str:
        return self.name or self.code
