"""Who is served by which gateways, from the price list alone."""

import pytest

from campaigns.blasts import ways
from campaigns.models import Price
from tests import doors

ORDER = (doors.gateway("first"), doors.gateway("second"))


def price(gateway: str, network: str = "", country: str = "KE") -> Price:
    return Price(gateway=gateway, country=country, network=network)


def test_gateway_with_a_price_for_all_others_serves_every_network():
    made = ways.chart(ORDER, [price("first")])

    assert made.ways == {("KE", "*"): ("first",), ("KE", ""): ("first",)}
    assert made.plain


def test_named_network_is_served_by_who_names_it_and_who_takes_all_others():
    made = ways.chart(ORDER, [price("first", "63902"), price("second")])

    assert made.ways == {
        ("KE", "*"): ("second",),
        ("KE", ""): ("first", "second"),
        ("KE", "63902"): ("first", "second"),
    }
    assert not made.plain


def test_network_without_a_price_is_served_by_nobody():
    made = ways.chart(ORDER, [price("first", "63902")])

    assert (made.ways["KE", "*"], made.ways["KE", ""]) == ((), ("first",))
    assert (made.plain, made.distinct) == (False, [("first",)])


@pytest.mark.parametrize("turn", [1, -1], ids=["as given", "turned"])
def test_order_is_the_blasts_not_the_price_lists(turn):
    made = ways.chart(ORDER[::turn], [price("second"), price("first")])

    assert made.distinct == [("first", "second")[::turn]]


def test_countries_have_ways_of_their_own():
    made = ways.chart(ORDER, [price("first"), price("second", country="UG")])

    assert made.distinct == [("first",), ("second",)]
