"""How long each kind of thing is kept, one line a kind, whichever room holds it.

The rooms' own rules (people.retention, campaigns.blasts.retention, campaigns.replies.retention, bot.retention,
ussd.retention) take their periods from here by name, and a test holds that each name has one rule. Periods in days are settings
(`config/settings/keep.py`), the others are what a conversation or a provider needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is kept. `setting`: a word of settings.KEEP; `fixed` where there is nothing to set."""

    code: str
    name: str | Promise
    since: str | Promise  # what the period is counted from
    setting: str = ""
    fixed: timedelta = AT_ONCE

    @property
    def age(self) -> timedelta:
        return settings.KEEP[self.setting] if self.setting else self.fixed


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            Kind("people", _("numbers and profiles"), _("after the last meeting"), "numbers"),
            Kind(
                "after-campaign",
                _("numbers and profiles of who agreed to one campaign alone"),
                _("after its last day"),
                "after-campaign",
            ),
            Kind(
                "subjects",
                _("what leads from a token to the counts"),
                _("after the last meeting"),
                "subjects",
            ),
            Kind(
                "deliveries",
                _("tokens and references of what blasts sent"),
                _("after the sending"),
                "subjects",
            ),
            Kind(
                "consents",
                _("whose a consent was, when the number is gone"),
                _("after it was given"),
                "consents",
            ),
            Kind("lifted", _("suppressions ended by START"), _("after they ended"), "lifted"),
            Kind("reveals", _("who saw a number, and why"), _("after it was shown"), "reveals"),
            Kind("problems", _("line numbers of refused rows"), _("after the import"), "problems"),
            Kind(
                "questions", _("questions without an answer"), _("after they were asked"), "texts"
            ),
            Kind(
                "cases",
                _("text and number of danger cases that nobody closed"),
                _("after they were heard"),
                "texts",
            ),
            Kind(
                "closed-cases",
                _("text and number of closed danger cases"),
                _("after the handover"),
                "cases",
            ),
            Kind(
                "threads",
                _("what was written to a colleague and back, with the number, while it is open"),
                _("after the last message"),
                "threads",
            ),
            Kind(
                "closed-threads",
                _("the same when the question is closed"),
                _("after it was closed"),
                fixed=timedelta(days=1),
            ),
            Kind(
                "answers",
                _("tokens of answers to an SMS"),
                _("after the SMS came"),
                fixed=timedelta(hours=1),
            ),
            Kind(
                "parcels",
                _("tokens and numbers of texts asked for on USSD"),
                _("after the wish"),
                fixed=timedelta(days=1),
            ),
            Kind(
                "left",
                _(
                    "number and text of an SMS whose sending was cut off, and of a text on its way to RapidPro"
                ),
                _("after the wish"),
                fixed=timedelta(minutes=30),
            ),
            Kind(
                "answered",
                _("rows of answers, texts asked for and texts passed on"),
                _("after the wish"),
                fixed=timedelta(days=7),
            ),
            Kind(
                "references",
                _("the provider's references of single SMS"),
                _("after they were sent"),
                "references",
            ),
            Kind("calls", _("rows of USSD sessions"), _("after the last screen"), "calls"),
            Kind(
                "journal", _("folded lines of the journal"), _("after they were stored"), "journal"
            ),
            Kind("sessions", _("sessions of staff and of the chat page"), _("after their end")),
            Kind("exports", _("files of figures"), _("after they were asked for"), "exports"),
            Kind("sign-ins", _("failed sign-ins"), _("after the try"), "sign-ins"),
            Kind(
                "changes",
                _("who changed what under Administration, and facts of content"),
                _("after the change"),
                "changes",
            ),
            Kind(
                "wishes",
                _("tokens of who asked to be forgotten, so that every room can follow"),
                _("after the wish"),
                fixed=timedelta(days=1),
            ),
            Kind(
                "lists",
                _("uploaded lists that nobody confirmed"),
                _("after the upload"),
                fixed=timedelta(days=1),
            ),
        )
    }
)
