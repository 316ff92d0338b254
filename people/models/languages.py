"""Tables of the languages we speak, what callers are asked, and the districts they choose from."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.models.people import Staff


class Language(models.Model):
    """A language we can speak with people in. Texts rest on it, so nobody may delete one."""

    code = models.CharField(_("code"), max_length=12, primary_key=True)  # BCP 47: am, din, am-Latn
    iso639_3 = models.CharField("ISO 639-3", max_length=3)
    name = models.CharField(_("name in English"), max_length=60)
    autonym = models.CharField(_("name in the language itself"), max_length=60)
    plain = models.CharField(_("name on a first screen"), max_length=20)
    script = models.CharField(_("script"), max_length=4)  # ISO 15924
    direction = models.CharField(
        _("direction"),
        max_length=3,
        choices=[("ltr", _("left to right")), ("rtl", _("right to left"))],
    )
    latin = models.CharField(_("variant in Latin letters"), max_length=12, blank=True, default="")
    other_names = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("other names")
    )

    class Meta:
        default_permissions = ("view", "add", "change")
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name = _("language")
        verbose_name_plural = _("languages")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Question(models.TextChoices):
    """What a caller may be asked after content, once and skippable; the answer lives on the exposure (D8)."""

    AGE_BAND = "age_band", _("age band")
    SEX = "sex", _("sex")
    STATUS = "status", _("situation")
    DISTRICT = "district", _("district")


def every_question() -> list[str]:
    return list(Question.values)


class CountryMenu(models.Model):
    """What is one country's own in the menu: languages in the order of their digits, the first the default;
    and how often callers are asked who they are."""

    country = models.CharField(_("country"), max_length=2, primary_key=True)
    languages = ArrayField(models.CharField(max_length=12), verbose_name=_("languages"))
    asks_one_in = models.PositiveSmallIntegerField(default=0)  # sessions; 0: nobody is asked
    asks = ArrayField(models.CharField(max_length=10, choices=Question), default=every_question)
    asks_agreed = models.TextField(blank=True, default="")  # who agreed to the notice, and when
    asks_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    asks_at = models.DateTimeField(null=True, blank=True)  # when somebody last set it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(asks_one_in=0) | models.Q(asks_one_in__range=(2, 100)),
                name="countrymenu_asks_one_in",
            )
        ]
        default_permissions = ()
        permissions = [("set_inquiry", "Can set what callers are asked about themselves")]
        verbose_name = _("order of languages")
        verbose_name_plural = _("orders of languages")

    def __str__(self) -> str:
        return f"{self.country}: {' '.join(self.languages)}"


class District(models.Model):
    """An area callers of a country choose from. Its name is what exposures record, so none is deleted."""

    country = models.CharField(_("country"), max_length=2)
    code = models.CharField(max_length=12, blank=True, default="")  # of the seed; "": staff's own
    name = models.CharField(_("name"), max_length=20)
    order = models.PositiveSmallIntegerField(_("order"))
    retired = models.BooleanField(_("retired"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("country", Lower("name"), name="district_name"),
            models.UniqueConstraint(
                fields=["country", "code"], condition=~models.Q(code=""), name="district_code"
            ),
        ]
        default_permissions = ("view", "change")
        ordering: ClassVar[list[str]] = ["country", "order", "pk"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return f"{self.country} {self.name}"
