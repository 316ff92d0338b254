"""Every code that is kept with a blast has words."""

import re
from inspect import getsource

import pytest
from django.utils import translation

from analytics import networks
from campaigns.blasts import (
    approval,
    balances,
    detours,
    freezing,
    leases,
    reasons,
    sending,
    settling,
)
from campaigns.blasts.balance_of_content import OVERRIDE
from campaigns.blasts.reports import OVERDUE, SILENT
from campaigns.models import Fate, Notice
from gateways.base import Pause, Reason
from people import consent

CODE = re.compile(r"THEN '([a-z0-9-]+)'")


def test_every_reason_has_words():
    known = {reason.value for reason in Reason} - {""}
    known |= {*CODE.findall(consent.REFUSAL), *CODE.findall(freezing.FREEZE)}
    known |= {*CODE.findall(leases.PEOPLE), "broken-seal", "stopped", "expired"}

    assert known - set(reasons.REASONS) == set()


def test_every_pause_has_words_and_says_what_to_do():
    own = re.findall(r'return "([a-z-]+)"', getsource(sending._pause_reason))
    known = {*own, *(pause.value for pause in Pause), Reason.TEXT.value, *balances.FOR_MONEY}

    assert known - set(reasons.PAUSES) == set()


@pytest.mark.django_db
def test_networks_are_named_the_largest_first():
    networks.load()
    told = {"": {"planned": 3}, "63902": {"delivered": 2, "failed": 7}, "63905": {"delivered": 1}}

    assert reasons.by_network(told) == [
        ("Safaricom", 9, 2),
        ("not told", 3, 0),
        ("63905", 1, 1),
    ]


def test_networks_that_nobody_told_stand_last():
    told = {"": {"sent": 9}, "63903": {"sent": 1}, "63902": {"sent": 2}}

    assert [code for code, _numbers in reasons.unnamed_last(told)] == ["63902", "63903", ""]


@pytest.mark.django_db
def test_failures_are_told_the_largest_first():
    told = {("absent", "63905"): 2, ("no-route", ""): 7}

    assert reasons.failures(told) == [
        ("the provider does not reach this network", "not told", 7),
        ("the phone was off or out of reach", "63905", 2),
    ]


def test_every_notice_has_words():
    source = "".join(map(getsource, (approval, settling, sending)))
    written = {
        *re.findall(r'note\(\w+, "([a-z-]+)"', source),
        *re.findall(r'kind="([a-z-]+)"', source),
    }

    written |= {"approved", "self-approved", *reasons.NAMED, OVERRIDE}
    assert written - set(reasons.NOTICES) == set()
    assert len(written) >= 7


def test_detour_is_told_with_the_gateway_that_was_left():
    kinds = (detours.NO_ROUTE, detours.SILENT, detours.ACCOUNT)

    assert kinds == reasons.NAMED
    assert reasons.told(Notice(kind=detours.NO_ROUTE, text="sim")) == (
        "whom this provider does not reach goes through the next: sim"
    )


def test_every_state_has_words():
    assert set(reasons.STATES) == {*(fate.name.lower() for fate in Fate), SILENT, OVERDUE}


def test_unknown_code_is_shown_as_it_is():
    assert reasons.word(reasons.REASONS, "solar-flare") == "solar-flare"


def test_counts_come_largest_first():
    assert reasons.counts(reasons.REASONS, {"no-text": 1, "frequency": 9, "under-18": 1}) == [
        ("had enough messages this week", 9),
        ("no text in a language of that country", 1),
        ("under 18", 1),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("approved", "", "approved"),
        ("unsure-sent-again", "12", "sent again to people of unknown fate: 12"),
        (
            "duplicates-preferred",
            "3 people of unknown fate are tried again",
            "people of unknown fate are tried again: 3",
        ),
        ("paused", "", "paused"),
        (
            "paused",
            "balance",
            "paused. The account at the provider is empty. Pay in, then let it go on: nobody was left out.",
        ),
    ],
)
def test_notice_is_told_in_words(kind, text, told):
    assert reasons.told(Notice(kind=kind, text=text)) == told


def test_words_are_of_the_readers_language():
    with translation.override("fr"):
        assert reasons.word(reasons.NOTICES, "approved") != "approved"
