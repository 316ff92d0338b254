"""Numbers as people write them: one E.164 number each, or a reason of a closed set."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import phones
from people.countries import COUNTRIES

VECTORS = json.loads((Path(__file__).parents[1] / "payloads" / "phones.json").read_text("utf-8"))[
    "vectors"
]
GOOD = [vector for vector in VECTORS if "e164" in vector]
BAD = [vector for vector in VECTORS if "reason" in vector]


def told(raw, country):
    """The number, or the reason for which there is none."""
    try:
        return phones.normalise(raw, country)
    except phones.InvalidPhone as refusal:
        return refusal.reason


def label(vector):
    return vector["note"]


@pytest.mark.parametrize("vector", GOOD, ids=label)
def test_normalise_repairs(vector):
    phone = phones.examine(vector["raw"], vector["country"])

    assert (phone.number, phone.kind) == (vector["e164"], vector["kind"])
    assert phones.normalise(vector["raw"], vector["country"]) == vector["e164"]


@pytest.mark.parametrize("vector", BAD, ids=label)
def test_normalise_refuses(vector):
    with pytest.raises(phones.InvalidPhone) as refusal:
        phones.normalise(vector["raw"], vector["country"])

    assert refusal.value.reason == vector["reason"]


def test_vectors_are_all_there():
    assert (len(GOOD), len(BAD)) == (41, 19)


@pytest.mark.parametrize("vector", GOOD, ids=label)
def test_normalise_is_stable(vector):
    assert phones.normalise(vector["e164"], None) == vector["e164"]


@given(st.text(max_size=40), st.sampled_from([None, *COUNTRIES]))
def test_normalise_gives_a_number_or_a_reason_of_the_closed_set(raw, country):
    found = told(raw, country)

    assert found in set(phones.Reason) or (
        found[0] == "+" and found[1:].isascii() and found[1:].isdecimal()
    )


@given(
    st.integers(0, 9_999_999),
    st.sampled_from(["0711{:07d}", "711{:07d}", "254711{:07d}", "+254711{:07d}"]),
)
def test_normalise_knows_one_number_in_all_its_spellings(digits, form):
    raw = form.format(digits)[:-1] if len(form.format(0)) > 13 else form.format(digits)
    wanted = {"0": "+254" + raw[1:], "7": "+254" + raw, "2": "+" + raw, "+": raw}[raw[0]]

    assert told(raw, "KE") == told(wanted, None)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+254711000001", "KE"),
        ("+251911000001", "ET"),
        ("+2917123456", "ER"),
        ("+25377123456", "DJ"),
        ("+252615123456", "SO"),
        ("+211912345678", "SS"),
        ("+249912345678", "SD"),
        ("+256701234567", "UG"),
        ("+447911123456", ""),
    ],
)
def test_country_of_reads_the_calling_code(number, country):
    assert phones.country_of(number) == country


def test_invalid_phone_never_carries_the_text():
    with pytest.raises(phones.InvalidPhone) as refusal:
        phones.normalise("0911000001", "KE")

    assert str(refusal.value) == "invalid"
