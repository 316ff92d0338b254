"""The counter against recorded vectors, against smsutil, and against its own rules."""

import json
from pathlib import Path

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from gateways import segments

FILE = Path(__file__).parent.parent / "payloads" / "africastalking" / "segments.json"
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
MIXED = "abc é€^{}ሰلم😀\ud83d\x1b\f"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_count_agrees_with_the_recorded_vector(vector):
    counted = segments.count(vector["text"])

    assert (counted.encoding, counted.units, counted.parts) == (
        vector["encoding"],
        vector["units"],
        vector["segments"],
    )
    assert list(segments.sizes(vector["text"])) == vector["segment_units"]


@given(st.text(alphabet=st.sampled_from("aZ €^{}[]\\~|\nèሰ’ل😀"), min_size=1, max_size=500))
def test_count_agrees_with_smsutil(text):
    counted, peer = segments.count(text), smsutil.split(text)

    assert counted.parts == len(peer.parts)
    assert (counted.encoding == "GSM-7") == (peer.encoding == "gsm0338")


@given(st.text(alphabet=st.sampled_from(MIXED), max_size=400))
def test_sizes_sum_to_the_units_and_no_part_is_too_long(text):
    counted, sizes = segments.count(text), segments.sizes(text)

    assert sum(sizes) == counted.units == segments.units(text)
    assert len(sizes) == counted.parts
    limit = segments.WHOLE if counted.parts == 1 else segments.PART
    assert max(sizes) <= limit[counted.encoding]


@given(st.text(max_size=200))
def test_any_text_can_be_counted(text):
    assert segments.count(text).parts >= 1


def test_odd_names_what_forces_ucs2_once_and_in_order():
    counted = segments.count("Haki yako ’ni– muhimu’ [ok]")

    assert counted.odd == ("’", "–")
    assert segments.count("plain {text} €").odd == ()


def test_an_escape_pair_is_not_split():
    assert segments.sizes("a" * 152 + "€" + "a" * 20) == (152, 22)


def test_a_surrogate_pair_is_not_split():
    assert segments.sizes("ሰ" * 66 + "😀" + "ሰ" * 20) == (66, 22)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 156, True), ("a" * 155 + "€", False), ("ሰ" * 66, True), ("ሰ" * 65 + "😀", False)],
)
def test_fits_takes_the_budget_of_the_alphabet(text, fits):
    assert segments.fits(text, gsm7=156, ucs2=66) == fits
