"""Codes that blasts keep, as words of the reader's language: why somebody was left out, why a blast is paused.

One table a kind; a test holds that every code the senders and gateways know is in it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from analytics.networks import label
from campaigns.blasts.balance_of_content import OVERRIDE
from campaigns.blasts.reports import OVERDUE, SILENT
from campaigns.models.blasts import Notice
from campaigns.models.deliveries import Fate

Words = Mapping[str, str | Promise]

# why a person gets no message of a blast, or a message did not arrive
REASONS: Words = MappingProxyType(
    {
        # people: words of people.consent, of planning and of the leases
        "under-18": gettext_lazy("under 18"),
        "no-consent": gettext_lazy("no consent on file for this purpose"),
        "old-key": gettext_lazy("the number waits for new keys: a technician must run retoken"),
        "suppressed": gettext_lazy("ended messages"),
        "no-opt-out": gettext_lazy("no code to end messages in that country"),
        "no-price": gettext_lazy("no price for that country"),
        "no-text": gettext_lazy("no text in a language of that country"),
        "frequency": gettext_lazy("had enough messages this week"),
        "hold-out": gettext_lazy("left out by lot, to measure the effect"),
        "erased": gettext_lazy("asked to be forgotten meanwhile"),
        "broken-seal": gettext_lazy("the number cannot be read with our keys"),
        "stopped": gettext_lazy("the blast was stopped before"),
        "expired": gettext_lazy("the time was over before"),
        # the number
        "bad-number": gettext_lazy("not a valid number"),
        "number-type": gettext_lazy("not a mobile number"),
        "opted-out": gettext_lazy("ended messages at the network"),
        "no-route": gettext_lazy("the provider does not reach this network"),
        "quiet-hours": gettext_lazy("the network lets no message through at this hour"),
        "inactive": gettext_lazy("the number is not in use"),
        "suspended": gettext_lazy("the number is suspended"),
        "wrong-network": gettext_lazy("the number moved to another network"),
        "no-such-number": gettext_lazy("there is no such number"),
        "absent": gettext_lazy("the phone was off or out of reach"),
        "no-credit": gettext_lazy("the person has no credit"),
        "not-subscribed": gettext_lazy("the person is not subscribed to the service"),
        # the text or the whole request
        "text": gettext_lazy("the provider refused the text"),
        "request": gettext_lazy("the provider refused the request"),
        "too-large": gettext_lazy("the request was too large"),
        "window": gettext_lazy("the person wrote too long ago: the app lets no answer through"),
        "risk-hold": gettext_lazy("held back by the provider's checks"),
        # our account
        "balance": gettext_lazy("the account at the provider is empty"),
        "sender": gettext_lazy("the provider does not accept our sender name"),
        "credentials": gettext_lazy("the provider does not accept our password"),
        # the provider
        "throttled": gettext_lazy("too fast for the provider"),
        "provider-error": gettext_lazy("an error at the provider"),
        "rejected": gettext_lazy("rejected by the network"),
        "unreachable": gettext_lazy("the provider could not be reached"),
        "no-answer": gettext_lazy("the provider did not answer"),
        "server-error": gettext_lazy("the provider answered with an error"),
        "unreadable": gettext_lazy("the provider's answer could not be read"),
        "not-named": gettext_lazy("the provider's answer did not name the number"),
        "delivery-failure": gettext_lazy("the network could not deliver it"),
        "other": gettext_lazy("another reason"),
    }
)

# why a blast stands still, and what to do about it
PAUSES: Words = MappingProxyType(
    {
        "series": gettext_lazy("Its series is paused. Let the series go on, and it goes on too."),
        "balance": gettext_lazy(
            "The account at the provider is empty. Pay in, then let it go on: nobody was left out."
        ),
        "low-balance": gettext_lazy(
            "The account at the provider is nearly empty. Pay in, then let it go on: nobody was left out."
        ),
        "sender": gettext_lazy(
            "The provider does not accept our sender name. Have it registered, then let it go on."
        ),
        "credentials": gettext_lazy(
            "The provider does not accept our user name or key. A technician must set them right."
        ),
        "text": gettext_lazy(
            "The provider refused the text. Stop it, change the text, plan again."
        ),
        "currency": gettext_lazy(
            "The provider charged in another currency than planned. Look at the price list."
        ),
        "cost": gettext_lazy(
            "The provider charged more than the price list says. Correct the price list first."
        ),
        "number": gettext_lazy(
            "Its words hold a phone number whose proof ended. Have the number called, or stop it and plan "
            "it again with the words of today."
        ),
        "restored": gettext_lazy(
            "Everything was restored from a backup. Some who still wait for it here may have got it since: compare "
            "with the provider's list, then let it go on or stop it."
        ),
        "request": gettext_lazy(
            "The provider refused every request and nobody got it. A technician must look at it."
        ),
    }
)

NOTICES: Words = MappingProxyType(
    {
        "approved": gettext_lazy("approved"),
        "approved-by-series": gettext_lazy("approved by the approval of its series"),
        "self-approved": gettext_lazy("approved by the planner alone"),
        "risk-only": gettext_lazy("approved although it only frightens, because"),
        "trial": gettext_lazy("tried on colleagues' phones"),
        "started": gettext_lazy("started"),
        "paused": gettext_lazy("paused"),
        "resumed": gettext_lazy("let go on"),
        "stopped": gettext_lazy("stopped for good"),
        "expired": gettext_lazy("time over: whoever was not yet written to is left out"),
        "lapsed": gettext_lazy("nobody approved it in its time: dropped, its money is free again"),
        "done": gettext_lazy("done"),
        "unsure-sent-again": gettext_lazy("sent again to people of unknown fate"),
        "duplicates-preferred": gettext_lazy("people of unknown fate are tried again"),
        "onward-no-route": gettext_lazy("whom this provider does not reach goes through the next"),
        "onward-silent": gettext_lazy(
            "this provider did not answer for minutes: who waited goes through the next"
        ),
        "onward-account": gettext_lazy(
            "the account at this provider needs somebody: who waited goes through the next"
        ),
    }
)
NAMED = ("onward-no-route", "onward-silent", "onward-account")  # their text is the gateway
# their text begins with how many people
COUNTED = ("unsure-sent-again", "duplicates-preferred", "trial")

STATES: Words = MappingProxyType(
    {
        **{fate.name.lower(): fate.label for fate in Fate},
        "unsure": pgettext_lazy("fate of a message", "unknown: it may have been sent"),
        SILENT: gettext_lazy("accepted; this network sends no receipts"),
        OVERDUE: gettext_lazy("sent; no receipt came in the hours given for it"),
    }
)


def word(table: Words, code: str) -> str:
    """The words for a code; the code itself where the table does not have it."""
    return str(table.get(code, code))


def counts(table: Words, numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """(words, number), the largest first."""
    rows = ((word(table, code), number) for code, number in numbers.items())
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def unnamed_last(
    numbers: Mapping[str, Mapping[str, int]],
) -> list[tuple[str, Mapping[str, int]]]:
    """(network's code, its numbers) by code, those whose network nobody told at the end."""
    return sorted(numbers.items(), key=lambda row: (not row[0], row[0]))


def network_name(code: str) -> str:
    return label(code) if code else pgettext("network", "not told")


def by_network(numbers: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int, int]]:
    """(network's name, people, delivered), the largest first. numbers: code -> state -> deliveries."""
    rows = (
        (
            network_name(code),
            sum(fates.values()),
            fates.get("delivered", 0),
        )
        for code, fates in numbers.items()
    )
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def failures(numbers: Mapping[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    """(reason's words, network's name, people), the largest first. numbers: (reason, network) -> deliveries."""
    rows = (
        (word(REASONS, reason), network_name(network), people)
        for (reason, network), people in numbers.items()
    )
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def told(notice: Notice) -> str:
    """A notice as one phrase."""
    phrase = word(NOTICES, notice.kind)
    if notice.kind in COUNTED:
        return f"{phrase}: {notice.text.split(maxsplit=1)[0]}" if notice.text else phrase
    if notice.kind in (*NAMED, OVERRIDE) and notice.text:
        return f"{phrase}: {notice.text}"
    if notice.kind == "paused" and notice.text:
        return f"{phrase}. {word(PAUSES, notice.text)}"
    return phrase
