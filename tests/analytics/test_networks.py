"""What codes of networks are called, and how the seed becomes rows that staff own."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.utils import translation

from analytics import labels, ledger, networks, refreshing
from analytics.definitions import COUNTRIES
from analytics.models import Exposure, Network
from analytics.networks import Named, Unnamed
from gateways.network import operators
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 4, 1, tzinfo=UTC)


def named(code, country, name, **more):
    return Network.objects.create(code=code, country=country, name=name, **more)


@pytest.fixture
def counted():
    """Record exposures and count the figures."""

    def count(exposures):
        ledger.record(exposures)
        refreshing.refresh(at=NOW)

    return count


# --- names -----------------------------------------------------------------------------------------


def test_label_is_the_name_or_the_code_as_it_came():
    named("63902", "KE", "Safaricom")
    named("63908", "KE", "")

    assert [networks.label(code) for code in ("63902", "63908", "63905", "")] == [
        "Safaricom",
        "63908",
        "63905",
        "",
    ]


def test_name_borne_in_several_countries_is_told_with_the_country():
    named("64110", "UG", "MTN")
    named("65902", "SS", "MTN")

    assert (networks.label("64110"), networks.label("65902")) == (
        "MTN (Uganda)",
        "MTN (South Sudan)",
    )
    with translation.override("fr"):
        assert networks.label("64110") == f"MTN ({COUNTRIES['UG']})"
    assert networks.of("UG") == {"64110": "MTN"}
    assert networks.names() == {"64110": "MTN", "65902": "MTN"}


def test_names_cost_one_query_for_a_while(django_assert_num_queries):
    named("63902", "KE", "Safaricom")

    with django_assert_num_queries(1):
        assert {networks.label("63902") for _ in range(100)} == {"Safaricom"}
        assert networks.of("KE") == {"63902": "Safaricom"}


def test_names_are_read_again_once_they_are_old():
    named("63902", "KE", "Safaricom")
    clock = iter([0.0, networks.FRESH, networks.FRESH + 0.1])
    memory = networks.Memory(lambda: next(clock))
    assert memory.names() == {"63902": Named("63902", "KE", "Safaricom")}

    Network.objects.update(name="Other")  # as another process would

    assert memory.names()["63902"].name == "Safaricom"
    assert memory.names()["63902"].name == "Other"


def test_reach_shows_names_and_never_changes_what_was_recorded():
    ledger.record([exposure(1, network="63902")])
    named("63902", "KE", "Safaricom")

    assert labels.label("network", "63902") == "Safaricom"
    assert labels.label("network", "unknown") == "unknown"
    assert list(Exposure.objects.values_list("network", flat=True)) == ["63902"]


@pytest.mark.parametrize(
    ("code", "country"), [("63902", "KE"), ("63602", "ET"), ("99999", ""), ("", "")]
)
def test_code_says_its_country(code, country):
    assert networks.country_of(code) == country


# --- the seed --------------------------------------------------------------------------------------


def test_seed_is_sound():
    rows = networks.seeded().values()

    assert [one for one in rows if not (one.name and one.source)] == []
    assert [one for one in rows if one.country not in (*COUNTRIES, "")] == []
    assert [one for one in rows if networks.country_of(one.code) != one.country] == []
    assert len({(one.country, one.name.lower()) for one in rows}) == len(rows)


def test_seed_names_every_network_of_the_simulated_phones():
    codes = {*operators.NETWORKS.values(), operators.SANDBOX}

    assert sorted(codes - set(networks.seeded())) == []


def test_seed_corrects_what_public_lists_have_wrong():
    seed = networks.seeded()

    assert (seed["63601"].name, seed["63602"].name) == ("Ethio telecom", "Safaricom Ethiopia")
    assert "not verified" in seed["63602"].source


def test_load_makes_every_row_once():
    assert (networks.load(), networks.load()) == (len(networks.seeded()), 0)

    assert networks.label("63902") == "Safaricom"
    assert not Network.objects.exclude(seeded=True).exists()


def test_load_keeps_what_staff_changed_and_mends_the_rest():
    networks.load()
    Network.objects.filter(pk="63902").update(name="Safari", seeded=False)
    Network.objects.filter(pk="63903").update(name="Celtel")  # as an older seed had it
    Network.objects.filter(pk="63907").delete()  # as an older seed did not have it

    assert networks.load() == 2

    assert [networks.label(code) for code in ("63902", "63903", "63907")] == [
        "Safari",
        "Airtel (Kenya)",
        "Telkom",
    ]


def test_load_gives_way_to_a_name_that_staff_gave_to_another_code():
    named("63914", "KE", "telkom")

    assert networks.load() == len(networks.seeded()) - 1

    assert not Network.objects.filter(pk="63907").exists()


def test_command_says_how_many():
    out = io.StringIO()

    call_command("networks", stdout=out)

    assert out.getvalue() == f"Networks added or mended: {len(networks.seeded())}.\n"


# --- codes without a name --------------------------------------------------------------------------


def test_codes_met_without_a_name_are_listed_the_most_used_first(counted):
    named("63902", "KE", "Safaricom")
    counted(
        [
            exposure(1, network="63902"),
            exposure(2, network="63911"),
            exposure(3, network="63912"),
            exposure(4, network="63912"),
            exposure(5, network=""),
            exposure(6, network="<b>"),
            exposure(7, network="64150", country="UG"),
        ]
    )

    assert networks.unnamed(["KE"]) == [Unnamed("63912", "KE", 2), Unnamed("63911", "KE", 1)]
    assert networks.unnamed(["UG", "KE"])[-1] == Unnamed("64150", "UG", 1)
    assert networks.unnamed([]) == []


def test_unnamed_codes_cost_two_queries(counted, django_assert_num_queries):
    counted([exposure(n, network=f"6390{n}") for n in range(1, 9)])

    with django_assert_num_queries(2):
        assert len(networks.unnamed(["KE"])) == 8


def test_a_flood_of_invented_codes_is_cut(counted):
    counted([exposure(n, network=f"6390{n}") for n in range(1, 9)])

    assert [one.code for one in networks.unnamed(["KE"], most=3)] == ["63901", "63902", "63903"]


def test_rows_of_the_readers_countries_and_of_none_are_kept():
    for code, country in (("63902", "KE"), ("64110", "UG"), ("99999", "")):
        named(code, country, f"Net {code}")

    assert [row.code for row in networks.kept(["KE"])] == ["99999", "63902"]
