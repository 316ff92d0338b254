"""What was charged beside the price list: by network, with a new price where they differ, and by month."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import reconciling, tallies
from campaigns.blasts.permits import Refused
from campaigns.blasts.reconciling import Foreign, Month, Open
from campaigns.models import Answer, Chunk, DeliveryResult, Price
from people.models import AuditEntry
from tests.campaigns import scene
from tests.campaigns.scene import AIRTEL, SAFARICOM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(deployment):
    """Three people on one network and two on another, each for one part of 0.8."""
    scene.people(3, network=SAFARICOM)
    scene.people(2, first=3, network=AIRTEL)
    blast = scene.started()
    scene.send(blast)
    return blast


def charge(network, cost, currency="KES"):
    """As if the provider had charged so much a message there."""
    results = DeliveryResult.objects.filter(delivery__network=network)
    results.update(cost=cost, currency=currency)


def figures(blast):
    return [
        (one.network, one.messages, one.charged, one.expected, one.differs)
        for one in reconciling.lines(blast, at=timezone.now())
    ]


def clerk(*countries):
    return scene.staff("clerk", "add_price", countries=countries or ("KE",))


# --- one blast ----------------------------------------------------------------------------------------


def test_charges_stand_beside_the_price_list(sent):
    assert figures(sent) == [
        (SAFARICOM, 3, Decimal("2.4"), Decimal("2.4"), False),
        (AIRTEL, 2, Decimal("1.6"), Decimal("1.6"), False),
    ]


def test_refusal_that_cost_nothing_is_no_price(sent):
    first = DeliveryResult.objects.filter(delivery__network=SAFARICOM).earliest("pk")
    DeliveryResult.objects.create(
        chunk=first.chunk, delivery=first.delivery, state=1, cost=0, reason="balance", at=first.at
    )

    assert figures(sent) == [
        (SAFARICOM, 3, Decimal("2.4"), Decimal("2.4"), False),
        (AIRTEL, 2, Decimal("1.6"), Decimal("1.6"), False),
    ]


def test_network_that_charged_more_is_seen(sent):
    charge(AIRTEL, "1.1")

    assert figures(sent) == [
        (SAFARICOM, 3, Decimal("2.4"), Decimal("2.4"), False),
        (AIRTEL, 2, Decimal("2.2"), Decimal("1.6"), True),
    ]


def test_price_is_a_parts_whatever_the_parts(sent):
    sent.texts.update(parts=2)

    (safaricom, _airtel) = reconciling.lines(sent, at=timezone.now())

    assert (safaricom.parts, safaricom.each, safaricom.expected) == (
        6,
        Decimal("0.4"),
        Decimal("4.8"),
    )


def test_price_is_that_of_the_day_of_the_plan(sent):
    Price.objects.create(
        gateway="sim", country="KE", per_part=2, currency="KES", valid_from=timezone.now()
    )

    (line, _other) = reconciling.lines(sent, at=timezone.now())

    assert (line.listed, line.now, line.differs) == (Decimal("0.8"), Decimal(2), False)


def test_networks_own_price_wins_over_that_of_all_others(deployment):
    scene.people(1, network=AIRTEL)
    blast = scene.planned()
    values = {"currency": "KES", "valid_from": datetime(2020, 1, 2, tzinfo=UTC)}
    Price.objects.create(gateway="sim", country="KE", network=AIRTEL, per_part=3, **values)
    DeliveryResult.objects.create(
        chunk=blast.chunks.get(),
        delivery=blast.deliveries.get(),
        state=5,
        cost=3,
        currency="KES",
        at=timezone.now(),
    )

    assert figures(blast) == [(AIRTEL, 1, Decimal(3), Decimal(3), False)]


def test_untold_network_has_no_listed_price_where_there_are_several(sent):
    values = {"currency": "KES", "valid_from": datetime(2020, 1, 2, tzinfo=UTC)}
    Price.objects.create(gateway="sim", country="KE", network=AIRTEL, per_part=3, **values)
    sent.deliveries.update(network="")

    assert figures(sent) == [("", 5, Decimal("4.0"), None, False)]


def test_other_currency_is_named_and_compared_with_nothing(sent):
    charge(AIRTEL, "0.01", currency="USD")

    found = {one.network: one for one in reconciling.lines(sent, at=timezone.now())}

    assert [(found[n].foreign, found[n].differs) for n in (SAFARICOM, AIRTEL)] == [
        (False, False),
        (True, False),
    ]


def test_charge_without_a_currency_is_taken_for_the_plans(sent):
    charge(AIRTEL, "0.8", currency="")

    assert [one.foreign for one in reconciling.lines(sent, at=timezone.now())] == [False, False]


# --- the new price ------------------------------------------------------------------------------------


def test_what_was_charged_becomes_the_price_from_now_on(sent):
    charge(AIRTEL, "1.1")
    now = timezone.now()

    made = reconciling.enter(sent, ("sim", "KE", AIRTEL), by=clerk(), at=now)

    assert (made.network, made.per_part, made.currency, made.valid_from, made.receipts) == (
        AIRTEL,
        Decimal("1.1000"),
        "KES",
        now,
        True,
    )
    assert AuditEntry.objects.filter(what__startswith="price sim KE").count() == 1


def test_entered_price_is_entered_once(sent):
    charge(AIRTEL, "1.1")
    by = clerk()
    reconciling.enter(sent, ("sim", "KE", AIRTEL), by=by, at=timezone.now())

    with pytest.raises(Refused, match="says that already"):
        reconciling.enter(sent, ("sim", "KE", AIRTEL), by=by, at=timezone.now())
    assert [one.open for one in reconciling.lines(sent, at=timezone.now())] == [False, False]


def test_nothing_is_entered_where_nothing_differs(sent):
    with pytest.raises(Refused, match="says that already"):
        reconciling.enter(sent, ("sim", "KE", SAFARICOM), by=clerk(), at=timezone.now())


def test_network_keeps_that_it_sends_no_receipts(sent):
    charge(AIRTEL, "1.1")
    Price.objects.filter(country="KE").update(receipts=False)

    assert not reconciling.enter(
        sent, ("sim", "KE", AIRTEL), by=clerk(), at=timezone.now()
    ).receipts


@pytest.mark.parametrize("by", ["planner", "foreigner"])
def test_price_is_entered_by_who_may(sent, by):
    charge(AIRTEL, "1.1")
    staff = scene.planner() if by == "planner" else clerk("ET")
    before = Price.objects.count()

    with pytest.raises(Refused):
        reconciling.enter(sent, ("sim", "KE", AIRTEL), by=staff, at=timezone.now())

    assert Price.objects.count() == before


# --- by month -----------------------------------------------------------------------------------------


def test_months_add_up_what_was_charged(sent):
    Chunk.objects.filter(blast=sent).update(committed_at=datetime(2026, 3, 5, tzinfo=UTC))
    Answer.objects.create(
        gateway="sim",
        reference="one",
        country="KE",
        cost="0.8",
        currency="KES",
        made_at=datetime(2026, 4, 2, tzinfo=UTC),
    )

    assert reconciling.months(["KE"]) == [
        Month(date(2026, 4, 1), "sim", "KES", True, 1, Decimal("0.8")),
        Month(date(2026, 3, 1), "sim", "KES", False, 5, Decimal("4.0")),
    ]


def test_other_countries_and_plans_are_in_no_month(sent):
    scene.people(2, "UG")
    scene.planned(audience="UG")

    assert reconciling.months(["ET", "UG"]) == []


def test_foreign_charges_are_named_by_blast(sent):
    charge(AIRTEL, "0.01", currency="USD")
    tallies.count(sent, "costs", at=timezone.now())

    assert reconciling.foreign(["KE"]) == [Foreign(sent.pk, "KES", "USD", 2, Decimal("0.02"))]
    assert reconciling.foreign(["ET"]) == []


def test_charges_that_nobody_told_are_named_by_blast(sent):
    DeliveryResult.objects.filter(delivery__network=AIRTEL).update(cost=None)
    tallies.count(sent, "untold", at=timezone.now())

    assert reconciling.untold(["KE"]) == [Open(sent.pk, 2, Decimal("1.6"), "KES")]
    assert reconciling.untold(["ET"]) == []


def test_blast_whose_charges_are_all_told_is_not_named(sent):
    tallies.count(sent, "untold", at=timezone.now())

    assert reconciling.untold(["KE"]) == []
