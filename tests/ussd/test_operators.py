"""Networks and codes of a country, as the gateways are set up."""

import pytest

from analytics import networks
from analytics.models import Network
from gateways.base import ServiceCode
from tests import doors
from ussd.operators import Dialled, Operator, code_of, dialled, operators


@pytest.fixture(autouse=True)
def names():
    """Names that other tests left in the memory of this process."""
    networks.forget()
    yield
    networks.forget()


CODES = {
    "*384*1234#": ServiceCode("*384*1234#", "KE"),
    "*384*1234*7#": ServiceCode("*384*1234*7#", "KE", "SAFE-WAY"),
    "*384*77#": ServiceCode("*384*77#", "UG"),
}
GATEWAY = doors.gateway(codes=CODES, ucs2_ussd={"63902": True, "63905": True, "64199": False})


@pytest.mark.django_db
def test_networks_of_a_country_are_the_known_and_those_set_up():
    Network.objects.create(code="63902", country="KE", name="Safaricom")
    Network.objects.create(code="63908", country="KE", name="Another")
    networks.forget()

    assert operators("KE", [GATEWAY]) == [
        Operator("63903", "63903", letters=False),
        Operator("63905", "63905", letters=True),
        Operator("63907", "63907", letters=False),
        Operator("63999", "63999", letters=False),
        Operator("63908", "Another", letters=False),
        Operator("63902", "Safaricom", letters=True),
    ]


@pytest.mark.django_db
def test_network_that_shows_no_letters_is_one_too():
    assert Operator("64199", "64199", letters=False) in operators("UG", [GATEWAY])


@pytest.mark.parametrize(
    ("country", "code"), [("KE", "*384*1234#"), ("UG", "*384*77#"), ("SD", "")]
)
def test_code_of_a_country_is_its_shortest(country, code):
    assert code_of(country, [GATEWAY]) == code


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("*384*1234#", Dialled("*384*1234#")),
        (" *384*1234 ", Dialled("*384*1234#")),
        ("*384*1234*2*1#", Dialled("*384*1234#", ("2", "1"))),
        ("*384*1234*7#", Dialled("*384*1234#", ("7",))),
        ("*384*12345#", None),
        ("*384#", None),
        ("", None),
    ],
)
def test_code_is_told_from_the_answers_behind_it(typed, found):
    assert dialled(typed, [GATEWAY]) == found
