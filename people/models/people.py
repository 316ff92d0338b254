"""Tables about people and staff. Numbers lie sealed, people are found by token, and nothing here is counted."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from people.countries import CODES
from people.models.columns import TOKEN, SealField, token_field


class Purpose(models.TextChoices):
    """What a message is for; a suppression of ALL holds for each of the others."""

    ALL = "all", _("every message")
    CAMPAIGN = "campaign", _("campaign messages")
    SURVEY = "survey", _("survey questions")


class Basis(models.TextChoices):
    """The closed list of grounds on which somebody may be sent messages."""

    CONSENT_FORM = "consent-form", _("signed consent form")
    VERBAL_CONSENT = "verbal-consent", _("spoken consent, noted by staff")
    SMS_OPTIN = "sms-optin", _("asked for it by SMS")
    USSD_OPTIN = "ussd-optin", _("asked for it on the USSD menu")
    CHAT_OPTIN = "chat-optin", _("asked for it in a chat")
    WEB_OPTIN = "web-optin", _("asked for it on a web page")
    PARTNER_AGREEMENT = "partner-agreement", _("consent given to a partner, under an agreement")


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other")
    UNDISCLOSED = "undisclosed", _("prefers not to say")
    UNKNOWN = "unknown", _("unknown")


class AgeBand(models.TextChoices):
    """Bands only, never a date of birth (S8)."""

    UNDER_18 = "under-18", _("under 18")
    YOUNG = "18-24", _("18 to 24")
    ADULT = "25-34", _("25 to 34")
    MIDDLE = "35-49", _("35 to 49")
    OLDER = "50+", _("50 and over")
    UNDISCLOSED = "undisclosed", _("prefers not to say")
    UNKNOWN = "unknown", _("unknown")


class Staff(AbstractUser):
    """Somebody who logs in; sees only people and figures of `countries` (ISO alpha-2)."""

    countries = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("countries")
    )
    demonstration = models.BooleanField(default=False)  # made by demo_accounts, password in a file
    guided = models.BooleanField(default=True)  # shown the first hour, until put away
    second_wrong = models.PositiveSmallIntegerField(default=0)  # wrong codes in a row
    second_wrong_at = models.DateTimeField(null=True, blank=True)

    # permissions that do not hold now, whatever the role: those of the second step, in a session without it
    withheld: frozenset[str] = frozenset()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return perm not in self.withheld and super().has_perm(perm, obj)

    @property
    def own(self) -> tuple[str, ...]:
        """The countries they work for, in our order; a superuser works for all."""
        return tuple(one for one in CODES if self.is_superuser or one in self.countries)

    @property
    def held_back(self) -> bool:
        """Whether the role holds something that waits for the second step."""
        return bool(self.withheld) and bool(self.withheld & self.get_all_permissions())

    @property
    def role_names(self) -> list[str]:
        """Names of the roles held, for the page's frame."""
        return sorted(self.groups.values_list("name", flat=True))

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")


class Consent(models.Model):
    """Why somebody may be sent messages. Append-only; an empty token means: covers a whole imported list.

    Erasure replaces the token by a tombstone and empties the evidence, nothing else ever changes.
    """

    token = token_field(blank=True, default="")
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.CAMPAIGN)
    basis = models.CharField(max_length=24, choices=Basis)
    evidence = models.TextField()
    text_version = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    channel = models.CharField(max_length=12, blank=True, default="")
    given_at = models.DateTimeField()
    ends_on = models.DateField(null=True, blank=True)  # last day of the campaign it was given for
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index("token", name="consent_token", condition=~models.Q(token="")),
        ]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"{self.basis} {self.given_at:%Y-%m-%d}"


class Person(models.Model):
    """Somebody we may send to. Exists only with a number and a basis; a caller on USSD is no person row."""

    token = token_field()
    stop_token = token_field(
        key="suppression"
    )  # the same number under the suppression key: joins with Suppression
    number = SealField(kind="number")
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=12, blank=True, default="")
    sex = models.CharField(max_length=12, choices=Sex, default=Sex.UNKNOWN)
    age_band = models.CharField(max_length=12, choices=AgeBand, default=AgeBand.UNKNOWN)
    district = models.CharField(max_length=80, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    network = models.CharField(max_length=12, blank=True, default="")  # as a callback named it
    fixed_line = models.BooleanField(
        default=False
    )  # the number plan says so; UG 039 sends all the same
    basis = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="people")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("token", name="person_token")]
        indexes = [
            models.Index("stop_token", name="person_stop_token"),
            models.Index("country", "language", name="person_country_language"),
        ]
        permissions = [
            ("reveal_person", "Can see one number at a time, for a reason"),
            ("answer_person", "Can show, hand out and erase what is held on one number, as asked"),
        ]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return f"{self.country} {self.token[-6:]}"


class Subject(models.Model):
    """The only bridge from a token to the ledger's random id. Erasure deletes the row, the ledger stays.

    A chat that was linked to a number (`linked_at`) leads to the number's subject: two tokens, one subject.
    """

    token = token_field()
    subject = models.UUIDField(default=uuid.uuid4)
    language = models.CharField(max_length=12, blank=True, default="")
    met_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # last meeting, right to a day
    language_at = models.DateTimeField(null=True)  # when `language` last changed
    linked_at = models.DateTimeField(null=True)  # when a chat came to lead to a number's subject

    class Meta:
        constraints = [models.UniqueConstraint("token", name="subject_token")]
        indexes = [
            models.Index("language_at", name="subject_language_at"),
            models.Index("subject", name="subject_subject"),
        ]

    def __str__(self) -> str:
        return str(self.subject)


class Suppression(models.Model):
    """Somebody who must not be sent to. Under a key of its own and without a link to a person (D9)."""

    token = token_field(key="suppression")
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.ALL)
    since = models.DateTimeField()
    again_at = models.DateTimeField(null=True, blank=True)  # asked for again, the last time
    how = models.CharField(max_length=16)  # provider / word / menu / staff / forget
    country = models.CharField(max_length=2, blank=True, default="")
    lifted_at = models.DateTimeField(null=True, blank=True)  # by an explicit, confirmed START

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token", "purpose"],
                condition=models.Q(lifted_at__isnull=True),
                name="suppression_standing",
            )
        ]
        indexes = [models.Index("token", name="suppression_token")]
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")

    def __str__(self) -> str:
        return f"{self.purpose} {self.since:%Y-%m-%d}"


class Successor(models.Model):
    """A token under a key of before and the same address's token now, while a rotation goes on.

    Whoever met a person under the old key, in a line that was under way, finds the person by it.
    """

    old = models.CharField(max_length=TOKEN, db_collation="C", primary_key=True)
    new = models.CharField(max_length=TOKEN, db_collation="C")

    class Meta:
        indexes = [models.Index("new", name="successor_new")]

    def __str__(self) -> str:
        return f"{self.old[:3]} {self.new[:3]}"


class Erasure(models.Model):
    """Somebody asked to be forgotten: kept for a day, so that every room and late entry can follow."""

    token = token_field(primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class ImportRun(models.Model):
    """One reading of a list: its basis, its progress and what became of its rows. Holds no number."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    country = models.CharField(max_length=2)
    basis = models.CharField(max_length=24, choices=Basis)
    evidence = models.TextField()
    ends_on = models.DateField(null=True)  # of the consent: last day of its campaign
    dry_run = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    consent = models.OneToOneField(Consent, models.PROTECT, null=True, related_name="run")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    error = models.TextField(blank=True, default="")  # as in the catalogues, with named places
    error_values = models.JSONField(default=dict, blank=True)  # what fills them
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    lines = models.IntegerField(default=0)  # of the file, about: for the progress bar only
    rows = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    suppressed = models.IntegerField(default=0)
    refused = models.JSONField(default=dict)  # reason -> rows
    flagged = models.JSONField(default=dict)  # mark -> rows taken all the same
    problems = models.JSONField(default=list)  # the first 1000 [line, reason]

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.country} {self.started_at:%Y-%m-%d %H:%M}"


class Reveal(models.Model):
    """A number was shown to somebody: who, why, when. Append-only (S7)."""

    token = token_field()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("by", "at", name="reveal_by_at")]
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")

    def __str__(self) -> str:
        return f"{self.by_id} {self.at:%Y-%m-%d %H:%M}"


class PurgeRun(models.Model):
    """What one rule of retention took on one day: how many rows, and when it ran last. Shown to staff."""

    rule = models.CharField(max_length=32)  # a code of people.keeping.KINDS
    day = models.DateField()  # in Africa/Nairobi
    at = models.DateTimeField()
    rows = models.BigIntegerField(default=0)  # gone or emptied that day

    class Meta:
        constraints = [models.UniqueConstraint("rule", "day", name="purge_run_once_a_day")]
        default_permissions = ("view",)
        verbose_name = _("purge")
        verbose_name_plural = _("purges")

    def __str__(self) -> str:
        return f"{self.rule} {self.day}: {self.rows}"
