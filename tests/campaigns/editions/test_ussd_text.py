"""Recorded texts of USSD screens: what one takes on the wire, and that the pager keeps each within its budget.

A packed GSM-7 septet is 7/8 of an octet, a UCS-2 unit two; 3GPP TS 23.038 gives a screen 160 octets.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from campaigns.editions.rendering import Line, Screens
from campaigns.editions.screens import STANDARD, Budget
from gateways import segments

FILE = Path(__file__).parents[2] / "payloads" / "africastalking" / "ussd_text.json"
FACTS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
VECTORS = FACTS["vectors"]
RULES = FACTS["rules"]
SPOKEN = "አንድ ሁለት ሶስት። one two three. "  # words, so that there is where to cut


def octets(counted: segments.Count) -> int:
    return -(-counted.units * 7 // 8) if counted.encoding == "GSM-7" else counted.units * 2


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['encoding']}-{one['units']}")
def test_screen_takes_what_was_recorded(vector: dict[str, Any]):
    counted = segments.count(vector["text"])

    assert (counted.encoding, counted.units, octets(counted)) == (
        vector["encoding"],
        vector["units"],
        vector["octets"],
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['encoding']}-{one['units']}")
def test_text_fits_a_screen_as_recorded(vector: dict[str, Any]):
    fits = segments.fits(vector["text"], gsm7=RULES["gsm7_chars"], ucs2=RULES["ucs2_chars"])

    assert fits == vector["fits_3gpp"]


def test_our_budget_leaves_room_for_the_prefix_on_the_tightest_operator():
    tightest = min(one["menu"] for one in FACTS["operator_limits"])

    assert Budget(gsm=tightest - len("CON "), ucs2=66) == STANDARD
    assert RULES["ucs2_chars"] - STANDARD.ucs2 > len("CON ")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['encoding']}-{one['units']}")
def test_pager_shows_the_recorded_text_in_screens_that_fit(vector: dict[str, Any]):
    words = vector["text"] if " " in vector["text"] else SPOKEN + vector["text"][:40] + " " + SPOKEN
    made = Screens("", "Try again.", "More", STANDARD)

    made.story("x", words, [Line("0", "Back")])

    texts = [page.text for page in made.pages.values()]
    said = [
        line for text in texts for line in text.splitlines() if line not in ("98 More", "0 Back")
    ]
    assert " ".join(" ".join(said).split()) == " ".join(words.split())
    assert [one for one in texts if not segments.fits(one, gsm7=156, ucs2=66)] == []
