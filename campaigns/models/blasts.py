"""Why, to whom and at what price we send: campaigns, audiences, prices, blasts and their frozen texts."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import token_field

ALWAYS_ON = "always-on"  # the campaign of whatever belongs to no other
CAP, CAP_DAYS = 2, 7  # messages a person in so many days (S10), unless the campaign says otherwise
MOST_CAP, MOST_CAP_DAYS = 20, 90
MOST_HOLDOUT = 50  # per cent: what people are told matters more than what is learnt from it


class Campaign(models.Model):
    """A purpose with a budget, indicators and dates; many blasts may serve it."""

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    indicators = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)  # the last day
    # An emergency: rather twice than never. Unsure deliveries are sent again; each use is a notice.
    prefer_duplicates = models.BooleanField(default=False)
    # For people who may be watched: no word of its blasts may give them away (blasts.discretion).
    protection = models.BooleanField(
        _("protection: its words must give nobody away"), default=False
    )

    # What one person may get from all blasts together while one of this campaign is planned and sent (S10).
    cap = models.PositiveSmallIntegerField(
        _("messages a person, at most"),
        default=CAP,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CAP)],
    )
    cap_days = models.PositiveSmallIntegerField(
        _("in so many days"),
        default=CAP_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CAP_DAYS)],
    )

    def __str__(self) -> str:
        return self.name


class Audience(models.Model):
    """Filters over persons; an empty list does not filter. Never by status, nor by what was asked (D9).

    `campaigns.blasts.audiences` says what each filter means; there is no filter but those of its FILTERS.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    countries = ArrayField(models.CharField(max_length=2))
    districts = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    sexes = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    age_bands = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)  # any of them
    # Got a message of a blast within so many days; got none within so many.
    sent_days = models.PositiveSmallIntegerField(null=True, blank=True)
    not_sent_days = models.PositiveSmallIntegerField(null=True, blank=True)
    had_campaigns = ArrayField(models.CharField(max_length=64), default=list, blank=True)  # any
    not_had_campaigns = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    # A slice of a draw by lot, in hundredths of the people: 0 to 100 is everybody. Two slices of one draw
    # (`seed`) that do not overlap share nobody; another draw is another lot.
    share_from = models.PositiveSmallIntegerField(default=0)
    share_to = models.PositiveSmallIntegerField(default=100)
    seed = models.PositiveIntegerField(default=0)
    explicit = models.BooleanField(default=False)  # only the persons listed in AudienceMember
    archived_at = models.DateTimeField(null=True, blank=True)  # out of use, kept for its blasts

    class Meta:
        permissions: ClassVar = [
            ("export_audience", "Can carry an audience's numbers to a provider's group")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(share_from__lt=F("share_to"), share_to__lte=100),
                name="audience_share_of_a_hundred",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AudienceMember(models.Model):
    """One person of an explicit audience, by token."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="members")
    token = token_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "token"], name="audience_member_once")
        ]
        indexes = [models.Index("token", name="audience_member_token")]  # to be forgotten by

    def __str__(self) -> str:
        return f"{self.audience}: one person"


class Price(models.Model):
    """What one part costs at a gateway from a day on; network "" stands for every other network."""

    gateway = models.CharField(max_length=64)
    country = models.CharField(max_length=2)
    network = models.CharField(max_length=16, blank=True)
    per_part = models.DecimalField(max_digits=12, decimal_places=4)
    currency = models.CharField(max_length=3)
    valid_from = models.DateTimeField()
    receipts = models.BooleanField(default=True)  # False: this network can send no receipt

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "country", "network", "valid_from"], name="price_once"
            ),
            models.CheckConstraint(condition=Q(per_part__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.country} {self.network}: {self.per_part} {self.currency}"


class Blast(models.Model):
    """One sending of one content item to one audience; state moves by conditional update only."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        APPROVED = "approved", _("approved")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="blasts")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    item = models.CharField(max_length=64)
    edition = models.CharField(max_length=16)  # whose texts were frozen
    gateway = models.CharField(max_length=64)  # the first of `routes`
    sender = models.CharField(max_length=32, blank=True)  # of that one
    routes = ArrayField(models.CharField(max_length=64), default=list)  # gateways, preferred first
    cap = models.PositiveSmallIntegerField(default=CAP)
    cap_days = models.PositiveSmallIntegerField(default=CAP_DAYS)
    # numbers a second, through all its gateways together; None: as fast as they take them
    rate = models.PositiveIntegerField(null=True)
    # Per cent of the people who could get it that are left out by lot, and the lot (campaigns.blasts.holdout).
    holdout = models.PositiveSmallIntegerField(default=0)
    holdout_seed = models.BigIntegerField(default=0)
    countries = ArrayField(models.CharField(max_length=2))
    indicators = ArrayField(models.CharField(max_length=32), default=list)
    sensitive = models.BooleanField(default=False)
    # Names its facts in the ledger; random, so that nobody can tell from a key what it was about.
    namespace = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    pause_reason = models.CharField(max_length=32, blank=True)

    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # starts by itself once approved; None: by hand
    started_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()  # nothing is sent after it
    window_from = models.TimeField()  # in the recipient's zone
    window_to = models.TimeField()

    budget = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3)
    reserved = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    chosen = models.IntegerField(default=0)  # by the audience's filters: people and excluded
    people = models.IntegerField(default=0)
    parts = models.IntegerField(default=0)  # as written; what a provider adds is in `reserved`
    # [gateway, country, language, network, people], as frozen; the gateway is the first of their way
    spread = models.JSONField(default=list)
    excluded = models.JSONField(default=dict)  # reason -> people
    frozen_to = models.BigIntegerField(default=0)  # the last person id the freeze has passed
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        permissions: ClassVar = [
            ("plan_blast", "Can plan, start, pause and stop blasts"),
            ("approve_blast", "Can approve blasts that somebody else planned"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(budget__gte=0), name="blast_budget_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "stopped"]) | Q(reserved__lte=F("budget")),
                name="blast_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(holdout__lte=MOST_HOLDOUT), name="blast_holdout_within_half"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["done", "stopped"]),
                name="blast_alive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} → {self.audience}"


class BlastText(models.Model):
    """The words one country reads in one language, opt-out line included, and what a part costs."""

    blast = models.ForeignKey(Blast, models.CASCADE, related_name="texts")
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    text = models.TextField()
    encoding = models.CharField(max_length=8)
    parts = models.SmallIntegerField()
    most = models.SmallIntegerField()  # parts with the opt-out words that a provider may add
    # of the dearest network, at the dearest gateway
    per_part = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blast", "country", "language"], name="text_once")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def each(self) -> Decimal:
        """The most that one person can cost."""
        return self.most * self.per_part


class Notice(models.Model):
    """Append-only: what somebody, or the sender by itself, decided about a blast, and why."""

    blast = models.ForeignKey(Blast, models.PROTECT, related_name="notices")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=32)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.text}"
