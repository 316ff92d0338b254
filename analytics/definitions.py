"""What the numbers mean, in words: said once, for the pages, the exports and the docs.

Source of the rules: the donor's indicator 3.3 as published, and our own dated rule where it is silent.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNIT = _("unique phone numbers, used as proxy for people")
DEFINITION = _(
    "Reached: unique phone numbers, used as proxy for people, with at least one qualifying exposure in "
    "the period: a delivered SMS that carries content of this indicator (the phone's own receipt), or "
    "such a USSD screen actually returned, or such an answer given to the person's own message. "
    "Totals are set unions, never sums: a number met twice, on two channels or in two campaigns, counts "
    "once. Language menus, consent prompts, opt-out confirmations, error screens, test numbers and "
    "staff do not count. Chat identities without a phone number are a line of their own, outside the total."
)
UNIQUE = _("Unique in the period: numbers reached in it. Not additive: do not sum periods.")
FIRST_TIME = _(
    "First time: numbers never reached before, since the programme's start. May be summed."
)
CUMULATIVE = _("Cumulative: numbers reached from the programme's start to the end of the period.")
UNLINKED = _(
    "Chat identities without a phone number: another kind of identity, never added to numbers."
)
COUNTRIES = {  # of the programme
    "DJ": _("Djibouti"),
    "ER": _("Eritrea"),
    "ET": _("Ethiopia"),
    "KE": _("Kenya"),
    "SO": _("Somalia"),
    "SS": _("South Sudan"),
    "SD": _("Sudan"),
    "UG": _("Uganda"),
}
RETROSPECTIVE = _("set retrospectively")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One measure: when a number is counted in the period, and what is not counted."""

    measure: str
    name: Promise
    counted: Promise
    left_out: Promise | str


MEANINGS = (
    Meaning(
        "targeted",
        _("Targeted"),
        _("in the approved audience, after exclusions"),
        "",
    ),
    Meaning("sent", _("Sent"), _("the provider accepted the message"), _("rejected, blacklisted")),
    Meaning(
        "delivered",
        _("Delivered"),
        _("a handset's delivery receipt with final success"),
        _("sent, submitted, buffered, no receipt, expired"),
    ),
    Meaning(
        "reached",
        _("Reached"),
        _("at least one qualifying exposure: delivered, or interacted"),
        _("language menu, consent prompt, opt-out confirmation, error screen, test numbers, staff"),
    ),
    Meaning(
        "interacted",
        _("Interacted"),
        _("USSD or chat content, or an answer to the SMS"),
        _("delivery alone"),
    ),
    Meaning("engaged", _("Engaged"), _("an own action beyond the first screen"), _("STOP")),
    Meaning(
        "completed", _("Completed"), _("reached the end of content that has one"), _("timeout")
    ),
    Meaning(
        "referred",
        _("Referred"),
        _("chose a referral and got the contact, or agreed to a call-back"),
        _("viewing a menu that lists services"),
    ),
)
