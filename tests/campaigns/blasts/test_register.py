"""Saved audiences: kept, changed, archived, and the lists of explicit ones."""

from datetime import UTC, datetime
from itertools import count

import pytest

from campaigns.blasts import members, permits, register
from campaigns.blasts.register import Listing, Source
from campaigns.models import Audience, Blast, Campaign
from people import consent, importing
from people.lists import BadList
from people.models import AuditEntry, Consent, ImportRun, Person
from people.offering import NotKept
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
numbered = count(1)


@pytest.fixture
def planner():
    return scene.planner()


def kept(by, listing=register.EVERYBODY, **filters):
    made = Audience(**{"name": f"a{next(numbered)}", "countries": ["KE"], **filters})
    register.keep(made, listing, by=by, at=NOW)
    return made


def listed(audience):
    return set(audience.members.values_list("token", flat=True))


def a_blast(audience, **more):
    frozen = {"frozen_at": NOW, **more}
    return Blast.objects.create(
        campaign=campaign(), audience=audience, item="faq-021", edition="e", gateway="sim",
        countries=["KE"], planned_by=scene.planner(), planned_at=NOW, expires_at=NOW,
        window_from="08:00", window_to="18:00", budget=1, currency="KES", **frozen,
    )  # fmt: skip


def campaign():
    return Campaign.objects.get_or_create(code="sea", defaults={"name": "Sea"})[0]


# --- kept and changed ---------------------------------------------------------------------------------


def test_new_audience_is_kept(planner):
    made = kept(planner, languages=["sw"], share_to=20, seed=3)

    found = Audience.objects.get()
    assert (found, found.languages, found.share_to, found.explicit) == (made, ["sw"], 20, False)


def test_change_is_kept_while_blasts_have_their_people(planner):
    made = kept(planner)
    a_blast(made)

    made.languages = ["so"]
    register.keep(made, by=planner, at=NOW)

    assert Audience.objects.get().languages == ["so"]


def test_nothing_changes_under_a_blast_that_collects_its_people(planner):
    made = kept(planner)
    a_blast(made, frozen_at=None)

    made.languages = ["so"]
    with pytest.raises(NotKept, match="collecting"):
        register.keep(made, by=planner, at=NOW)

    with pytest.raises(NotKept, match="collecting"):
        register.remove(made, by=planner, at=NOW)
    assert Audience.objects.get().languages == []


@pytest.mark.parametrize("name", ["KE", "all"])
def test_name_of_a_whole_country_cannot_be_taken_or_changed(planner, name):
    with pytest.raises(NotKept):
        kept(planner, name=name)
    standing = Audience.objects.create(name=name, countries=["KE"])
    standing.name = "mine"

    with pytest.raises(NotKept):
        register.keep(standing, by=planner, at=NOW)
    with pytest.raises(NotKept):
        register.remove(standing, by=planner, at=NOW)


@pytest.mark.parametrize(
    ("permission", "countries"), [("view_audience", ("KE",)), ("plan_blast", ("ET",))]
)
def test_only_who_plans_blasts_there_may_keep_one(planner, permission, countries):
    made = kept(planner)
    other = scene.staff("other", permission, countries=countries)

    with pytest.raises(permits.Refused):
        kept(other)
    with pytest.raises(permits.Refused):
        register.keep(Audience(pk=made.pk, name="b", countries=["ET"]), by=other, at=NOW)
    with pytest.raises(permits.Refused):
        register.remove(made, by=other, at=NOW)
    with pytest.raises(permits.Refused):
        register.put_back(made, by=other)


# --- removed ------------------------------------------------------------------------------------------


def test_audience_without_a_blast_is_deleted_and_its_people_stay(planner):
    scene.people(2)
    made = kept(planner, Listing(Source.NUMBERS, addresses=(f"tel:{scene.number(0)}",)))

    assert register.remove(made, by=planner, at=NOW) is True

    assert (Audience.objects.count(), Person.objects.count()) == (0, 2)


def test_audience_of_a_blast_is_archived_and_comes_back(planner):
    made = kept(planner)
    a_blast(made)

    assert register.remove(made, by=planner, at=NOW) is False
    assert Audience.objects.get().archived_at == NOW

    register.put_back(made, by=planner)
    assert Audience.objects.get().archived_at is None


def test_register_and_its_blasts_are_those_of_the_own_countries(planner):
    made, both = kept(planner, name="b"), kept(planner, name="a", countries=["KE", "ET"])
    blast = a_blast(made)
    kenyan = scene.staff("kenyan", "plan_blast", countries=("KE",))

    assert list(register.mine(planner)) == [both, made]
    assert list(register.mine(kenyan)) == [made]
    assert register.used([made, both], kenyan) == {made.pk: [blast]}
    assert register.used([made], scene.staff("away", "plan_blast", countries=("ET",))) == {}


# --- lists --------------------------------------------------------------------------------------------


def addresses(*indexes):
    return tuple(f"tel:{scene.number(index)}" for index in indexes)


def test_list_of_numbers_takes_only_who_is_known_and_may_be_sent_to(planner):
    scene.people(3)
    scene.people(1, first=3, age_band="under-18")
    scene.people(1, "ET", first=4)
    consent.end(scene.number(2), how="word", at=NOW)
    told = (*addresses(0, 1, 2, 3, 99), f"tel:{scene.number(4, 'ET')}")

    made = Audience(name="mine", countries=["KE"])
    joined = register.keep(made, Listing(Source.NUMBERS, addresses=told), by=planner, at=NOW)

    assert joined == 2
    assert made.explicit is True
    assert listed(made) == {scene.token(0), scene.token(1)}


def test_list_of_numbers_is_on_record_without_a_number(planner):
    made = kept(planner, Listing(Source.NUMBERS, addresses=addresses(0, 1)))

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what) == ("import", "numbers chose an audience")
    assert entry.details == {"audience": str(made.pk), "numbers": "2"}


def test_people_whom_an_import_added(planner):
    scene.people(2)
    scene.people(2, first=5)
    own = Consent.objects.order_by("pk").last()
    run = ImportRun.objects.create(country="KE", basis="consent-form", started_at=NOW, consent=own)

    made = kept(planner, Listing(Source.IMPORT, run=run))

    assert listed(made) == {scene.token(5), scene.token(6)}


def test_another_list_takes_the_place_of_the_one_it_had(planner):
    scene.people(3)
    made = kept(planner, Listing(Source.NUMBERS, addresses=addresses(0, 1)))

    register.keep(made, Listing(Source.KEPT, like=made), by=planner, at=NOW)
    stays = listed(made)
    register.keep(made, Listing(Source.NUMBERS, addresses=addresses(2)), by=planner, at=NOW)

    assert (stays, listed(made)) == ({scene.token(0), scene.token(1)}, {scene.token(2)})


def test_filters_alone_give_a_list_up(planner):
    scene.people(1)
    made = kept(planner, Listing(Source.NUMBERS, addresses=addresses(0)))

    register.keep(made, by=planner, at=NOW)

    assert (Audience.objects.get().explicit, listed(made)) == (False, set())


def test_another_like_it_has_its_list(planner):
    scene.people(2)
    made = kept(planner, Listing(Source.NUMBERS, addresses=addresses(0, 1)))

    copy = kept(planner, Listing(Source.KEPT, like=made))

    assert listed(copy) == listed(made) == {scene.token(0), scene.token(1)}


# --- reading a list -----------------------------------------------------------------------------------


def test_list_is_read_as_an_import_reads_it_and_nothing_is_left():
    text = "name,mobile number\nA,0710000001\nB,+254710000002\nC,nonsense\nD,+251911000000\nA,0710000001\n"

    read = members.read([text.encode()], "KE", ["KE"])

    assert read == ("tel:+254710000001", "tel:+254710000002")
    assert list(importing.folder().iterdir()) == []


def test_list_without_a_column_of_numbers_is_refused_and_not_left():
    with pytest.raises(BadList, match="name the columns"):
        members.read([b"a,b\n1,2\n"], "KE", ["KE"])

    assert list(importing.folder().iterdir()) == []


def test_list_that_is_too_long_is_refused():
    text = "phone\n" + "0710000001\n" * (members.MOST_LINES + 1)

    with pytest.raises(BadList, match="20000 lines"):
        members.read([text.encode()], "KE", ["KE"])
