"""Look-ups: accounts, editions, codes and whose campaign a code belongs to."""

from datetime import UTC, date, datetime

import pytest

from campaigns.blasts import routes
from campaigns.blasts.routes import NoRoute
from campaigns.editions.edition import Kind
from campaigns.models import Campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_gateway")]
MAY = datetime(2026, 5, 10, 12, tzinfo=UTC)


def campaign(**values: object) -> Campaign:
    return Campaign.objects.create(code="sea", name="The sea", **values)


def test_gateway_without_a_name_is_the_first():
    assert routes.gateway().name == "sim"


def test_unknown_gateway_is_refused_with_the_known_ones():
    with pytest.raises(NoRoute, match="known are sim, real"):
        routes.gateway("other")


def test_real_gateway_gets_the_live_edition_only(deployment):
    live = deployment.publish(kind=Kind.LIVE)
    newer = deployment.publish(days=1)

    assert routes.edition(simulated=False).id == live.id
    assert routes.edition(simulated=True).id == newer.id


def test_shortest_code_of_the_country_is_the_way_to_stop():
    assert routes.code_for(routes.gateway("real"), "KE") == "*384*77#"
    assert routes.code_for(routes.gateway("real"), "UG") == ""


@pytest.mark.parametrize(
    ("values", "owner"),
    [
        ({}, "sea"),
        ({"starts": date(2026, 5, 10), "ends": date(2026, 5, 10)}, "sea"),
        ({"starts": date(2026, 5, 11)}, "always-on"),
        ({"ends": date(2026, 5, 9)}, "always-on"),
        ({"countries": ["KE"]}, "sea"),
        ({"countries": ["UG"]}, "always-on"),
    ],
    ids=str,
)
def test_code_belongs_to_its_campaign_while_that_runs_there(values, owner):
    campaign(**values)

    assert routes.campaign_of("*384*77#", "KE", MAY) == owner


@pytest.mark.parametrize(("code", "country"), [("*384*1234#", "KE"), ("*384*77#", "UG")])
def test_any_other_code_is_always_on(code, country):
    campaign()

    assert routes.campaign_of(code, country, MAY) == "always-on"


def test_day_is_the_programmes_day():
    campaign(starts=date(2026, 5, 11))

    assert routes.campaign_of("*384*77#", "KE", datetime(2026, 5, 10, 21, 30, tzinfo=UTC)) == "sea"


# --- several ------------------------------------------------------------------------------------------


def test_several_gateways_keep_their_order_each_once():
    assert [one.name for one in routes.several(["real", "real"])] == ["real"]
    assert [one.name for one in routes.several([])] == ["sim"]


def test_simulated_and_real_gateways_serve_no_blast_together():
    with pytest.raises(NoRoute, match="never to both"):
        routes.several(["sim", "real"])


def test_code_to_stop_may_be_of_any_account_of_the_same_kind():
    assert routes.opt_out_code([routes.gateway("real")], "KE") == "*384*77#"
    assert routes.opt_out_code([], "KE") == ""


def test_road_leads_to_the_next_gateway_that_is_still_there():
    assert routes.onward(["gone", "real", "sim"]) == routes.Road("real", "NJIA", ("sim",))
    assert routes.onward(["gone"]) is None
