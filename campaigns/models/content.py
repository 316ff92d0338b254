"""Tables of content: what we say, in which languages, on which facts and numbers it rests."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.editions.edition import Kind


class Sort(models.TextChoices):
    """What a content item is. A wording is one short text of the screens themselves."""

    MENU = "menu", _("topic menu")
    ARTICLE = "article", _("article")
    FAQ = "faq", _("question and answer")
    QUIZ = "quiz", _("quiz question")
    STORY = "story", _("story")
    HELP = "help", _("help screen")
    WORDING = "wording", _("wording of the screens")


class Component(models.TextChoices):
    """What a campaign must carry, each of them: no fear without a way out."""

    NONE = "", _("none")
    RISK = "risk", _("risks")
    RIGHTS = "rights", _("rights")
    SAFE = "safe", _("safe ways")
    HELP = "help", _("help")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")


class ContentItem(models.Model):
    """One thing we want to say, authored once. `countries` empty: all; `order`: its key in the menu.

    Nothing is deleted, since figures and sent texts rest on it: what is `retired` enters no edition.
    """

    code = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=Sort)
    topic = models.CharField(max_length=64, blank=True)  # the line of the main menu it is under
    parent = models.CharField(max_length=64, blank=True)  # code of the menu that lists it
    order = models.PositiveSmallIntegerField(default=0)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    indicators = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    component = models.CharField(max_length=8, choices=Component, blank=True)
    sensitive = models.BooleanField(default=False)
    core = models.BooleanField(default=False)  # a language without it is not offered
    claim = models.CharField(max_length=16, blank=True)  # law, fact, advice, service
    review_days = models.PositiveSmallIntegerField(null=True, blank=True)
    sources = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    correct = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # quiz: the right option, from 0
    explains = models.CharField(max_length=64, blank=True)  # quiz: code of the answer that says why
    consent = models.CharField(
        max_length=200, blank=True
    )  # story: where the teller's consent is kept
    retired = models.BooleanField(default=False)
    seed = models.CharField(
        max_length=16, blank=True, editable=False
    )  # what a file said of it last

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class Text(models.Model):
    """A content item in one language. Rows are never changed, only reviewed: the newest is the text.

    `source_hash`: digest of the English text it was made from; another one now means it is stale.
    """

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    title = models.CharField(max_length=200, blank=True)
    short = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    sms = models.TextField(blank=True)  # empty: the body serves
    ussd = models.TextField(blank=True)  # empty: the body serves
    options = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # quiz
    audio_url = models.URLField(blank=True)
    phrasings = ArrayField(models.TextField(), default=list, blank=True)
    back = models.TextField(blank=True)  # the body put back into English, for whoever approves it
    remark = models.CharField(max_length=500, blank=True)  # why it was sent back
    reviewer = models.CharField(max_length=200, blank=True)  # native reader who found it good
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    author = models.CharField(max_length=200, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=16)
    source_hash = models.CharField(max_length=16, blank=True)
    made_at = models.DateTimeField()
    seeded = models.BooleanField(default=False, editable=False)  # a file said it, not a person here

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [models.Index(fields=["item", "language", "-id"], name="text_newest")]
        permissions: ClassVar = [("approve_text", "Can approve a text")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.language}"


class Source(models.Model):
    """Where a fact was read."""

    code = models.CharField(max_length=8, unique=True)
    publisher = models.CharField(max_length=200)
    title = models.TextField()
    address = models.TextField(blank=True)
    dated = models.CharField(max_length=100, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    seed = models.CharField(
        max_length=16, blank=True, editable=False
    )  # what a file said of it last

    def __str__(self) -> str:
        return f"{self.code} {self.publisher}"


class Fact(models.Model):
    """A figure or claim with its period and sources; past `expires` it must be looked up again.

    Texts name `figures` and `years` by tokens, `{figure:F17.2}` the second figure of F17; digits without
    separators, grouped when shown.
    """

    code = models.CharField(max_length=8, unique=True)
    theme = models.CharField(max_length=40)
    claim = models.TextField()
    period = models.CharField(max_length=100, blank=True)
    sources = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    confidence = models.CharField(max_length=200, blank=True)
    use = models.CharField(max_length=200, blank=True)
    figures = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    years = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_on = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True)
    seed = models.CharField(
        max_length=16, blank=True, editable=False
    )  # what a file said of it last

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """A place or line that helps. Without a call that proved the number it is never published live.

    `fictitious` entries exist for demonstrations only and are never mixed with real ones.
    """

    code = models.CharField(max_length=32, unique=True)
    country = models.CharField(max_length=2)
    place = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    kinds = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    number = models.CharField(max_length=64, blank=True)
    other = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    cost = models.CharField(max_length=100, blank=True)
    reachable_abroad = models.BooleanField(null=True, blank=True)  # None: nobody knows
    sources = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    source_date = models.CharField(max_length=100, blank=True)
    confidence = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    fictitious = models.BooleanField(default=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by_call_on = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True)
    seed = models.CharField(
        max_length=16, blank=True, editable=False
    )  # what a file said of it last

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class Edition(models.Model):
    """A published edition, never changed. Publishing the same content again only moves `published_at`.

    `source`: the content it was made from, tokens unfilled, so that it can be made again with the numbers
    of another day. `left_out`: what fell back or is not in it, as `Problem.as_json`. `reason`: what made it.
    """

    class Reason(models.TextChoices):
        PUBLISHED = "published", _("published")
        ROLLED_BACK = "rolled-back", _("rolled back")
        EXPIRED = "expired", _("a number or figure expired or was proven anew")

    hash = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in Kind])
    body = models.TextField()
    source = models.TextField(blank=True)
    left_out = models.JSONField(default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    lapses_on = models.DateField(
        null=True, blank=True
    )  # first day something in it may not be shown
    reason = models.CharField(max_length=16, choices=Reason, default=Reason.PUBLISHED)
    published_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-published_at"]
        permissions: ClassVar = [("publish_edition", "Can publish an edition")]
        indexes = [models.Index(fields=["kind", "-published_at"], name="edition_newest")]

    def __str__(self) -> str:
        return f"{self.hash} {self.kind}"


class Publication(models.Model):
    """One time that an edition was put before people. Never changed: who, when and why, for an audit.

    An edition that is served again has several.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="publications")
    at = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=Edition.Reason)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.at:%Y-%m-%d %H:%M}"


class Alert(models.Model):
    """Something that expires, told once at each step: 30, 7 and 1 days before, and on the day (0).

    About an edition: what its expiry changed, once for each edition and day.
    """

    class Thing(models.TextChoices):
        NUMBER = "number", _("phone number")
        FACT = "fact", _("figure")
        EDITION = "edition", _("edition")

    thing = models.CharField(max_length=16, choices=Thing)
    code = models.CharField(max_length=32)  # of the referral or the fact; the edition's hash
    country = models.CharField(max_length=2, blank=True)
    expires = models.DateField()
    days = models.PositiveSmallIntegerField()
    detail = models.JSONField(default=list, blank=True)  # what changed, as `Problem.as_json`
    at = models.DateTimeField()
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-at", "code"]
        constraints = [
            models.UniqueConstraint(fields=["thing", "code", "expires", "days"], name="told_once")
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.code} {self.expires} {self.days}"
