"""Tables of the bot. Every text is sealed; who wrote it is a token, and only where somebody must write back."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import SealField, token_field


class QuestionGroup(models.Model):
    """Questions of one country and language that ask the same, and what an editor did with them.

    Goes with the last of its questions (bot.retention): it holds nothing that they do not.
    """

    class Verdict(models.TextChoices):
        OPEN = "", _("waits")
        USED = "used", _("became ways of asking")
        DROPPED = "dropped", _("not for us")
        DANGER = "danger", _("given to protection")

    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=12, blank=True)  # base
    guesses = models.JSONField(default=list)  # [item, probability], best first
    edition = models.CharField(max_length=16, blank=True)  # that guessed
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True, default=Verdict.OPEN)
    item = models.CharField(max_length=64, blank=True)  # whose ways of asking they became
    taught = models.CharField(max_length=16, blank=True)  # language of that text
    added = SealField(kind="text", blank=True, default="")  # these lines
    decided_by = models.ForeignKey(
        "people.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["country", "language", "verdict"], name="group_place")
        ]
        verbose_name = _("group of open questions")
        verbose_name_plural = _("groups of open questions")

    def __str__(self) -> str:
        return f"{self.country} {self.language} {self.pk}"


class Question(models.Model):
    """A question the bot had no answer to, for the editors: sealed, numbers and addresses taken out."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        USED = "used", _("became a phrasing")
        DROPPED = "dropped", _("not for us")
        DANGER = "danger", _("given to protection")

    entry = models.BigIntegerField(
        unique=True
    )  # of the journal: one row an entry, folded twice or not
    door = models.CharField(max_length=8)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=12, blank=True)
    text = SealField(kind="text")  # redacted
    offered = ArrayField(models.CharField(max_length=64), default=list)  # what was no answer to it
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    group = models.ForeignKey(
        QuestionGroup, models.SET_NULL, null=True, blank=True, related_name="questions"
    )  # empty until the next tick
    nearness = models.FloatField(default=0)  # to the middle of its group, 0 to 1

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="question_state")]
        verbose_name = _("open question")
        verbose_name_plural = _("open questions")

    def __str__(self) -> str:
        return f"{self.language} {self.asked_at:%Y-%m-%d}"


class Case(models.Model):
    """Somebody who may be in danger: for protection officers only (`bot.view_case`)."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        TAKEN = "taken", _("taken")
        CLOSED = "closed", _("closed")

    class When(models.TextChoices):
        """When they said a call is safe (bot.windows); empty: they were not asked, or said nothing."""

        NOW = "now", _("at once, within the hour")
        MORNING = "morning", _("in the morning, 8 to 12")
        AFTERNOON = "afternoon", _("in the afternoon, 12 to 17")
        EVENING = "evening", _("in the evening, 17 to 21")
        NEVER = "never", _("never")

    class Says(models.TextChoices):
        """What they answered when asked whether they are in danger now; empty: nothing."""

        YES = "yes", _("in danger now, they say")
        NO = "no", _("not in danger, they say")

    class Reason(models.TextChoices):
        """Why a case was closed: words of a list, since a note would tell of the person."""

        SAFE = "safe", _("they are safe now")
        REFERRED = "referred", _("handed over to a service")
        UNREACHED = "unreached", _("could not be reached")
        UNWANTED = "unwanted", _("they want no help from us")
        NOTHING = "nothing", _("nobody was in danger")

    entry = models.BigIntegerField(unique=True)
    door = models.CharField(max_length=8)
    gateway = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=12, blank=True)
    rule = models.CharField(max_length=80)  # which rule heard it, "en: held"
    text = SealField(kind="text")  # emptied when they ask to be forgotten
    number = SealField(kind="number", blank=True)  # empty in chats without one
    token = token_field(blank=True, default="")
    heard_at = models.DateTimeField()
    says = models.CharField(max_length=4, choices=Says, blank=True, default="")
    safe_when = models.CharField(max_length=12, choices=When, blank=True, default="")
    safe_said_at = models.DateTimeField(null=True, blank=True)
    safe_word = SealField(kind="text", blank=True, default="")  # whoever answers must say it
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    taken_by = models.ForeignKey(
        "people.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)  # who is on duty was told by mail
    escalated_at = models.DateTimeField(null=True, blank=True)  # nobody took it: all were told
    closed_by = models.ForeignKey(
        "people.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True, default="")  # of closing

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "heard_at"], name="case_state"),
            models.Index("token", name="case_token", condition=~models.Q(token="")),
        ]
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return f"{self.country} {self.heard_at:%Y-%m-%d %H:%M}"


class Wish(models.Model):
    """Somebody who asked for a person: one thread of questions and answers, for the colleagues of the country.

    The address is what an answer needs: `number` of an SMS, `address` of a chat (sealed, "telegram:123"); a chat
    page is known by its token alone. All three are emptied, and the texts deleted, when their time is over.
    """

    class State(models.TextChoices):
        NEW = "new", _("waiting")
        TAKEN = "taken", _("taken")
        CLOSED = "closed", _("closed")

    class Reason(models.TextChoices):
        """Why it was closed: words of a list, since a note would tell of the person."""

        ANSWERED = "answered", _("answered")
        REFERRED = "referred", _("told whom to ask")
        PROTECTION = "protection", _("handed to a protection officer")
        NOTHING = "nothing", _("there was nothing to answer")
        STOPPED = "stopped", _("the person said STOP")

    entry = models.BigIntegerField(unique=True)
    door = models.CharField(max_length=8)
    gateway = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=128, blank=True)  # they wrote to; answers come from it
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=12, blank=True)
    number = SealField(kind="number", blank=True)
    address = SealField(kind="text", blank=True)
    token = token_field(blank=True, default="")
    asked_at = models.DateTimeField()
    last_at = models.DateTimeField()  # the newest text of either side
    answered_at = models.DateTimeField(null=True, blank=True)  # the newest of ours
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    taken_by = models.ForeignKey(
        "people.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "people.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True, default="")

    class Meta:
        default_permissions = ("view",)
        permissions: ClassVar = [("answer_wish", "Can answer people who asked for a person")]
        indexes: ClassVar = [
            models.Index(fields=["state", "asked_at"], name="wish_state"),
            models.Index("token", name="wish_token", condition=~models.Q(token="")),
        ]
        verbose_name = _("question to a person")
        verbose_name_plural = _("questions to a person")

    def __str__(self) -> str:
        return f"{self.country} {self.asked_at:%Y-%m-%d %H:%M}"


class WishText(models.Model):
    """One text of a thread: the person's (redacted, of a journal `entry`) or a colleague's (`by`)."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="texts")
    entry = models.BigIntegerField(unique=True, null=True)
    by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    item = models.CharField(max_length=64, blank=True)  # the content item it was taken from
    text = SealField(kind="text")
    at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)  # on the chat page

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                name="wishtext_of_one_side",
                condition=models.Q(entry=None, by__isnull=False)
                | models.Q(entry__isnull=False, by=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Office(models.Model):
    """When colleagues read questions of a country, on its clock. `days`: 0 Monday to 6 Sunday."""

    country = models.CharField(max_length=2, unique=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    opens = models.TimeField()
    closes = models.TimeField()  # later than it opens, the same day

    class Meta:
        default_permissions = ("view", "change")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="office_opens_first", condition=models.Q(opens__lt=models.F("closes"))
            )
        ]
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")

    def __str__(self) -> str:
        return self.country


class Holiday(models.Model):
    """A day on which nobody reads questions of a country."""

    country = models.CharField(max_length=2)
    day = models.DateField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "day"], name="holiday_once")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.day}"


class DangerRule(models.Model):
    """A rule of danger as a protection officer left it; the newest of a language and key holds. Only ever inserted.

    It lies over the rule of the files with that key (understanding.rulebook); `on` False: heard no more.
    """

    language = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    on = models.BooleanField(default=True)
    always = models.BooleanField(default=False)
    phrases = models.TextField(blank=True)  # a phrase a line, "+" between groups
    reviewed = models.BooleanField(default=False)  # by somebody who speaks the language natively
    why = models.CharField(max_length=300)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["language", "key", "-id"], name="rule_newest")]
        verbose_name = _("rule of danger")
        verbose_name_plural = _("rules of danger")

    def __str__(self) -> str:
        return f"{self.language}: {self.key}"


class Duty(models.Model):
    """Hours of a weekday in which a protection officer is on duty: who is told first of a new case."""

    staff = models.ForeignKey("people.Staff", models.CASCADE, related_name="duties")
    weekday = models.PositiveSmallIntegerField()  # 0: Monday
    begins = models.PositiveSmallIntegerField()  # hour, 0 to 23
    ends = models.PositiveSmallIntegerField()  # hour, 1 to 24, later than `begins`

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "weekday"], name="duty_of_a_day"),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("begins")), name="duty_ends"
            ),
        ]
        default_permissions = ()
        verbose_name = _("hours on duty")
        verbose_name_plural = _("hours on duty")

    def __str__(self) -> str:
        return f"{self.staff_id} {self.weekday} {self.begins}-{self.ends}"
