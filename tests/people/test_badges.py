"""Badges: given once, kept as a digest, ended at once, and counted by all processes together."""

import re
from datetime import timedelta

import pytest

from people import badges
from people.badges import MOST, NotAdmitted
from people.countries import CODES
from people.models import AuditEntry, Badge
from tests.partners import administrator
from tests.people.made import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return administrator()


@pytest.fixture
def given(boss):
    return badges.give("Radio", ["editions", "blasts"], ["UG", "KE"], 30, by=boss, at=NOON)


def refused(secret, at=NOON):
    with pytest.raises(NotAdmitted) as refusal:
        badges.shown(secret, at=at)
    return refusal.value.why


def test_badge_opens_what_it_was_given_for(given):
    partner = badges.partner(badges.shown(given.secret, at=NOON))

    assert partner == badges.Partner(
        badge=given.badge.pk,
        name="Radio",
        countries=("KE", "UG"),
        permissions=frozenset({"campaigns.view_edition", "campaigns.view_blast"}),
    )
    assert partner.has_perms(["campaigns.view_edition"])
    assert not partner.has_perm("analytics.view_release")
    assert not partner.has_perms(["campaigns.view_edition", "people.view_person"])


def test_secret_is_kept_nowhere(given):
    kept = str(Badge.objects.values().get()) + str(list(AuditEntry.objects.values()))
    secret = given.secret.rpartition(f"{given.badge.mark}_")[2]

    assert (len(secret), secret in kept) == (43, False)
    assert secret not in repr(given)
    assert badges.WRITTEN.fullmatch(given.secret)


def test_two_badges_differ(boss, given):
    other = badges.give("Radio", ["editions"], ["KE"], 30, by=boss, at=NOON)

    assert len({given.secret, other.secret, given.badge.mark, other.badge.mark}) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: "",
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: secret.upper(),
        lambda secret: f"{secret} ",
        lambda secret: f"{secret[:-1]}ﬀ",
        lambda secret: re.sub(r"_\w{10}_", "_aaaaaaaaaa_", secret, count=1),
        lambda secret: "njia_" + "x" * 5000,
    ],
)
def test_nothing_else_opens(given, change):
    assert refused(change(given.secret)) == "unknown"


def test_badge_holds_until_its_day(given):
    last = NOON + timedelta(days=30)

    assert badges.shown(given.secret, at=last - timedelta(seconds=1)) == given.badge
    assert refused(given.secret, last) == "expired"


def test_ended_badge_opens_nothing_and_ends_once(given, boss):
    assert badges.end(given.badge, by=boss, at=NOON) is True
    assert badges.end(given.badge, by=boss, at=NOON) is False
    assert refused(given.secret) == "ended"
    assert refused(given.secret[:-3] + "aaa") == "unknown"


def test_giving_and_ending_are_on_record(given, boss):
    badges.end(given.badge, by=boss, at=NOON)

    found = AuditEntry.objects.order_by("sequence").values_list("kind", "name", "what")
    assert list(found) == [
        ("partner", "a-boss", "badge given to a partner"),
        ("partner", "a-boss", "badge of a partner ended"),
    ]
    assert AuditEntry.objects.latest("sequence").details == {
        "partner": "Radio",
        "badge": given.badge.mark,
        "scopes": "editions blasts",
        "countries": "KE UG",
        "until": "2026-04-01",
    }


def test_nobody_gives_countries_that_they_do_not_hold():
    near = administrator("near", ["KE"])

    given = badges.give("Radio", ["editions"], CODES, 30, by=near, at=NOON)

    assert given.badge.countries == ["KE"]


def test_administrator_sees_badges_of_the_own_countries(boss, given):
    near = administrator("near", ["KE"])
    own = badges.give("Paper", ["editions"], ["KE"], 30, by=boss, at=NOON).badge

    assert list(badges.seen_by(near)) == [own]
    assert set(badges.seen_by(boss)) == {own, given.badge}


# --- how often --------------------------------------------------------------------------------------


def test_minute_takes_so_many_requests_and_the_next_as_many(given):
    second = NOON + timedelta(seconds=17)

    waits = [badges.wait(given.badge, at=second) for _each in range(MOST + 2)]

    assert waits == [0] * MOST + [43, 43]
    assert badges.wait(given.badge, at=NOON + timedelta(minutes=1)) == 0


def test_what_is_held_back_writes_nothing(given, django_assert_num_queries):
    for _each in range(MOST):
        badges.wait(given.badge, at=NOON)
    before = Badge.objects.values().get()

    with django_assert_num_queries(1):
        badges.wait(given.badge, at=NOON + timedelta(seconds=5))

    assert Badge.objects.values().get() == before
    assert (before["used_at"], before["asked"]) == (NOON, MOST)


def test_badges_are_counted_apart(given, boss):
    other = badges.give("Paper", ["editions"], ["KE"], 30, by=boss, at=NOON)
    for _each in range(MOST):
        badges.wait(given.badge, at=NOON)

    assert (badges.wait(other.badge, at=NOON), badges.wait(given.badge, at=NOON)) == (0, 60)
