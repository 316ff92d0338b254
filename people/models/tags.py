"""The closed list of tags that people of lists may have (people.tags)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """One word, as lists write it. A retired one is offered no more and never forgotten."""

    name = models.CharField(max_length=40)  # folded
    country = models.CharField(max_length=2, blank=True, default="")  # "": all
    retired = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("name", "country", name="tag_once")]
        default_permissions = ("view", "change")
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name
