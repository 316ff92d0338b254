"""Tables around the accounts of staff: their browsers' sessions, invitations, and what waits for a second person."""

from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.people import Staff


class PageSession(AbstractBaseSession):
    """One browser on our pages. `staff` is empty where nobody signed in: the public chat page.

    `mark` stands for the session where it is shown: the key itself would let its reader in.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="sessions")
    mark = models.CharField(max_length=16)
    browser = models.CharField(max_length=40, blank=True, default="")  # as "Firefox, Android"
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # right to five minutes (people.sessions)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        default_permissions = ()
        verbose_name = _("session")  # type: ignore[assignment]
        verbose_name_plural = _("sessions")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class Invitation(models.Model):
    """A link that sets a password once. Holds the link's digest: who reads the table can use none.

    `code`: sealed, of the code that must come with the link; "" where none is asked for. `wrong`: wrong ones so far.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Staff, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="+")  # empty: the shell
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True, default="")
    wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.account_id} {self.expires_at:%Y-%m-%d %H:%M}"


class Proposal(models.Model):
    """What nobody of staff may do to an account alone: it waits until a second person says yes or no."""

    class Deed(models.TextChoices):
        ROLE = "role", _("give a role")
        LINK = "link", _("make a link that sets a new password")
        SECOND = "second", _("take away the second step of signing in")

    deed = models.CharField(max_length=8, choices=Deed)
    account = models.ForeignKey(Staff, models.CASCADE, related_name="proposals")
    role = models.CharField(max_length=20, blank=True, default="")  # of ROLE: which one
    code = models.CharField(max_length=64, blank=True, default="")  # sealed, of the link to be made
    by = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "deed"],
                condition=models.Q(decided_at__isnull=True),
                name="proposal_standing",
            )
        ]
        default_permissions = ("view",)
        permissions = [("confirm_proposal", "Can confirm what another proposes for an account")]
        ordering: ClassVar[list[str]] = ["-at"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")

    def __str__(self) -> str:
        return f"{self.deed} {self.account_id} {self.at:%Y-%m-%d %H:%M}"
