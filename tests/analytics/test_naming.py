"""Naming a network, renaming it, taking it back; nobody writes over somebody else."""

from datetime import UTC, datetime

import pytest

from analytics import naming, networks
from analytics.models import Network
from analytics.naming import Act
from analytics.networks import Named
from analytics.refusals import NotKept

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 4, 1, 9, tzinfo=UTC)
MANAGER = Act("a manager", NOW)
JAMBO = Named("63911", "KE", "Jambo", "a letter")
SAFARI = Named("63902", "KE", "Safari", "the operator")


def kept(code):
    row = Network.objects.get(pk=code)
    return Named(row.code, row.country, row.name, row.source)


def columns(one):
    return [column for column, _words in naming.faults(one)]


# --- what stands against a name --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "wrong"),
    [
        (JAMBO, []),
        (Named("99998", "", "A sandbox"), []),
        (Named("63902 ", "KE", "A"), ["code"]),
        (Named("", "KE", "A"), ["code"]),
        (Named("9" * 17, "KE", "A"), ["code"]),
        (Named("63911", "UG", "A"), ["country"]),
        (Named("63911", "", "A"), ["country"]),
        (Named("63911", "KE", "Safa\u202ericom"), ["name"]),
        (Named("63911", "KE", "SAFARICOM"), ["name"]),
        (Named("64199", "UG", "Safaricom"), []),
        (Named("63902", "KE", "safaricom"), []),
    ],
)
def test_faults_are_told_by_column(one, wrong):
    networks.load()

    assert columns(one) == wrong


def test_faults_say_what_is_wrong():
    networks.load()

    said = dict(
        naming.faults(Named("63911", "KE", "Airtel")) + naming.faults(Named("63911", "UG", "A"))
    )

    assert said == {
        "name": "63903 is called Airtel already: add what tells the two apart.",
        "country": "Codes that begin with 639 are of Kenya.",
    }


# --- a new name ------------------------------------------------------------------------------------


def test_added_name_is_shown_at_once_with_who_gave_it():
    assert networks.label("63911") == "63911"

    naming.add(JAMBO, MANAGER)

    row = Network.objects.get(pk="63911")
    assert networks.label("63911") == "Jambo"
    assert (row.changed_by, row.changed_at, row.changes, row.seeded) == ("a manager", NOW, 1, False)


def test_two_who_add_the_same_code_are_told():
    naming.add(JAMBO, MANAGER)

    with pytest.raises(NotKept, match="63911, or the name, is on the list already"):
        naming.add(Named("63911", "KE", "Other"), MANAGER)
    assert kept("63911") == JAMBO


def test_two_who_give_the_same_name_at_once_are_told():
    naming.add(JAMBO, MANAGER)

    with pytest.raises(NotKept):
        naming.add(Named("63912", "KE", "JAMBO"), MANAGER)
    assert not Network.objects.filter(pk="63912").exists()


def test_added_name_can_be_taken_back_and_given_again():
    naming.add(JAMBO, MANAGER)

    gone = naming.put_back("63911", Act("another", NOW, seen=1))
    assert (gone, networks.label("63911")) == (Named("63911", "KE", ""), "63911")

    assert naming.put_back("63911", Act("another", NOW, seen=2)) == JAMBO
    assert networks.label("63911") == "Jambo"


# --- another name ----------------------------------------------------------------------------------


def test_renamed_row_is_staffs_own_and_no_seed_writes_over_it():
    networks.load()

    naming.rename(SAFARI, MANAGER)
    networks.load()

    row = Network.objects.get(pk="63902")
    assert (kept("63902"), row.seeded, row.changes) == (SAFARI, False, 1)
    assert row.before[:2] == ["KE", "Safaricom"]
    assert networks.label("63902") == "Safari"


def test_what_was_put_back_to_the_seed_is_the_seeds_again():
    networks.load()
    naming.rename(SAFARI, MANAGER)

    naming.put_back("63902", Act("another", NOW, seen=1))

    row = Network.objects.get(pk="63902")
    assert (kept("63902"), row.seeded) == (networks.seeded()["63902"], True)
    assert row.before == ["KE", "Safari", "the operator"]


def test_rename_of_what_somebody_changed_meanwhile_is_refused():
    networks.load()
    naming.rename(SAFARI, MANAGER)

    for stale in (lambda: naming.rename(JAMBO, MANAGER), lambda: naming.put_back("63902", MANAGER)):
        with pytest.raises(NotKept, match="Somebody else has just changed"):
            stale()
    assert kept("63902") == SAFARI


def test_rename_to_a_name_given_meanwhile_is_refused():
    networks.load()

    with pytest.raises(NotKept):
        naming.rename(Named("63902", "KE", "AIRTEL"), MANAGER)
    assert kept("63902").name == "Safaricom"


def test_nothing_to_put_back_is_said():
    networks.load()

    with pytest.raises(NotKept, match="Nothing was changed here yet"):
        naming.put_back("63902", MANAGER)


def test_name_that_another_network_took_is_not_put_back():
    networks.load()
    naming.rename(SAFARI, MANAGER)
    naming.add(Named("63901", "KE", "Safaricom"), MANAGER)

    with pytest.raises(NotKept, match="63901 is called Safaricom already"):
        naming.put_back("63902", Act("another", NOW, seen=1))
    assert kept("63902") == SAFARI
