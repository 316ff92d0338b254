"""What a reader sees of a number: on a page its ends, in a log nothing."""

import dataclasses
import importlib
import pkgutil
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.base import Inbound, OptOut, Outcome, Sms, State, UssdEnd, UssdHop
from people import identity, phones
from people.countries import COUNTRIES
from people.masking import mask, masked
from tests.people.made import number

SECRET = "YL6Hq-4Rd_FpolhknqMnRIcx4EIxD5XN"
TOKEN = "t1.7Cy76kPKqgxrEhW-zyg0pmlB3Ps"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("+254711000078", "+254•••••••78"),
        ("+25377000001", "+253••••••01"),
        ("12345678", "1234••78"),
        ("0711", "••••"),
        ("", ""),
    ],
)
def test_mask_shows_calling_code_and_two_digits(told, shown):
    assert mask(told) == shown


@given(st.integers(10**10, 10**14).map(lambda one: f"+{one}"))
def test_mask_hides_all_but_six_characters(told):
    assert (len(mask(told)), mask(told).count("•")) == (len(told), len(told) - 6)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("call +254711000001 now", "call (number) now"),
        ("call +254711000001.", "call (number)."),
        ("(254711000001)", "((number))"),
        ("0711000001, 711000001", "(number), (number)"),
        ("00254711000001", "(number)"),
        ("+254 711 000 001", "(number)"),
        ("+254-711-000-001 or (0711) 000 001", "(number) or (number)"),
        ("254 711 000 001, 254-711-000-001", "(number), (number)"),
        ("+254.711.000.001 0711.000.001", "(number) (number)"),
        ("254711000001.0", "(number)"),
        ("07 123 456", "(number)"),  # Eritrea
        ("77831001 77 83 10 01", "(number) 77 83 10 01"),  # Djibouti; in pairs it could be anything
        ("x254711000001 tel0711000001", "x(number) tel(number)"),
        ("id_00254711000001", "id_(number)"),
        ("254711000001L 0711000001x", "(number)L (number)x"),
        ("0711_000_001 +254_711_000_001", "(number) (number)"),
        ("+254\u2013711\u2013000\u2013001, 0711\t000\t001", "(number), (number)"),
        ("+254\u200b711\u200b000001", "(number)"),
        ("0711/000001 or 0711/000/001", "(number) or (number)"),
        ("+254/711/000001", "(number)"),
        ("number 93 000 001", "number (number)"),  # Somalia
        ("77 831 001, 61-500-012", "(number), (number)"),
        ("711 000 001", "(number)"),
        ("٠٧١١٠٠٠٠٠١", "(number)"),
        ("tel:+254711000001", "tel:(address)"),
        ("telegram:123456789 web:0f1c2d3e", "telegram:(address) web:(address)"),
        ("q=%2B254711000001&x=1", "q=%2B(number)&x=1"),
        (f"Not Found: //hooks/sim/{SECRET}/ussd", "Not Found: //hooks/sim/(secret)/ussd"),
        (f"Not Found: /hooks/sim/{SECRET}", "Not Found: /hooks/sim/(secret)"),
        (f"Key (token)=({TOKEN}) already exists.", "Key (token)=((token)) already exists."),
        (
            "IntegrityError: too few\nDETAIL:  Failing row contains (1, my\nwords).\n\nThe above",
            "IntegrityError: too few\nDETAIL: (not shown)\n\nThe above",
        ),
        ("DataError('no\\nDETAIL: my words')\nTrace", "DataError('no\\nDETAIL: (not shown)\nTrace"),
        ("no\nLINE 1: SELECT 'my words'\n   ^", "no\nLINE 1: (not shown)"),
        (
            'invalid input syntax for type integer: "my words"\nCONTEXT: COPY x, line 1',
            "invalid input syntax for type integer: (not shown)\nCONTEXT: (not shown)",
        ),
        (f"e1.text.{TOKEN[3:]}", "(token)"),
    ],
)
def test_what_must_not_be_read_is_masked(said, read):
    assert masked(said) == read


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-26 05:05:29,123 INFO campaigns: blast 12 took 3.25 s on 2026-01-02",
        "ussd-screens-2026-03-01-2026-03-02.csv",
        "3.141592653589793 and 1234567890.25",
        "254 711 people of 256 700",
        "12345678 rows, 1,000,000 people, 0 10 20",
        "edition 0123456789abcdef, 254711000001abcd",
        "edition 748f2724bc8cfbf4, port 8000, 10.0.0.1",
        "web: started",
        "0.000000001",
        "01/02/2026 and 2026/03/01",
        "KES 93 500 001, 93 500 001 shillings, $77 831 001",
        "65 000 000 people in 2024 2025 2026",
        "1 77 831 001",
        "e3254711000001f x1234567890123",
    ],
)
def test_what_is_no_number_stays(said):
    assert masked(said) == said


@given(
    st.sampled_from(sorted(COUNTRIES)), st.integers(0, 10**7 - 1), st.sampled_from(" ,;)'\"\n<&")
)
def test_numbers_of_every_country_are_masked_in_every_form(country, last, after):
    calling = COUNTRIES[country].calling
    local = f"77{last % 10**6:06}" if country == "DJ" else f"71{last:07}"

    for form in (f"+{calling}{local}", f"{calling}{local}", f"00{calling}{local}", f"0{local}"):
        assert masked(f"n={form}{after}x") == f"n=(number){after}x"


# --- values -------------------------------------------------------------------------------------------


def test_values_do_not_show_whose_they_are():
    own = number(1)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    made = [
        Sms("hello", (own,)),
        Outcome(own, State.ACCEPTED),
        UssdHop("s", "*384#", own, "63902", "1*my words"),
        UssdEnd("s", "*384#", own, "63902", "Success"),
        Inbound("r", own, "my words", "22345", "63902", at),
        OptOut(own, "NJIA"),
        phones.Phone(own, "mobile"),
        identity.Met(f"tel:{own}", "t1.x", "KE"),
    ]

    said = " ".join(map(repr, made))
    assert [word for word in ("254711", "my words") if word in said] == []


SECRETIVE = {"number", "numbers", "phone", "phones", "address", "msisdn"}
ROOMS = ("gateways", "journal", "people", "campaigns", "ussd", "bot")
OPEN = {
    ("Number", "number"),  # of a place that helps: printed in every answer
    ("NumberChange", "number"),
    ("Line", "number"),  # masked already
    ("Edition", "numbers"),  # of places that help
    ("Making", "numbers"),
    ("Menus", "numbers"),
}


def modules():
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "migrations" not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def told_fields():
    """(class, field) of every value of ours that shows a field with such a name."""
    for module in modules():
        for value in vars(module).values():
            if dataclasses.is_dataclass(value) and isinstance(value, type):
                for one in dataclasses.fields(value):
                    if one.name in SECRETIVE and one.repr and "str" in str(one.type):
                        yield value.__name__, one.name


def test_no_value_shows_a_number():
    assert set(told_fields()) - OPEN == set()


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001
def test_moment_to_the_microsecond_is_no_number(at):
    moment = at.replace(tzinfo=UTC).isoformat(timespec="microseconds")

    assert masked(moment) == moment
