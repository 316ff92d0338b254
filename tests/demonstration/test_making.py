"""A year of demonstration is made by the product's own pipeline, labelled, the same each time, and goes wholly."""

import pytest

from analytics import verification
from analytics.models import Entry, Exposure
from campaigns.models import Blast, Campaign, Delivery
from demonstration import making, removing
from demonstration.guarding import NotHere
from demonstration.models import Year
from journal.models import Entry as Line
from people.models import AuditEntry, Consent, Person
from tests.campaigns.scene import Scene
from tests.demonstration import years
from ussd.models import Call

pytestmark = pytest.mark.django_db


def test_year_holds_what_its_sums_say(house: Scene):
    year = years.made()

    assert year.state == Year.State.MADE
    assert year.sums["people"] <= Person.objects.count()
    assert year.sums["calls"] == Call.objects.count()
    assert year.sums["blasts"] == Blast.objects.filter(state=Blast.State.DONE).count() > 0
    assert year.sums["messages"] == Delivery.objects.count()


def test_ledger_of_a_year_holds(house: Scene):
    years.made()

    report = verification.verify()

    assert report.differences == ()
    assert {"sms", "ussd"} <= set(Exposure.objects.values_list("channel", flat=True))


def test_all_of_a_year_lies_in_its_days(house: Scene):
    years.made()

    outside = Exposure.objects.exclude(at__gte=years.SPAN.begin, at__lt=years.SPAN.end)
    assert outside.count() == 0
    assert Exposure.objects.exclude(recorded_at__lte=years.SPAN.end).count() == 0


def test_year_is_called_a_demonstration_everywhere(house: Scene):
    years.made()

    told = [
        *Campaign.objects.values_list("name", flat=True),
        *Entry.objects.values_list("title", flat=True),
        *Consent.objects.filter(channel="list").values_list("evidence", flat=True),
    ]
    assert [one for one in told if not one.startswith("Demonstration: ")] == []
    assert all(text.startswith("DEMO ") for text in _messages())


def _messages() -> list[str]:
    return [text.text for blast in Blast.objects.all() for text in blast.texts.all()]


def test_nothing_leaves_the_machine_and_nothing_stays_in_the_journal(house: Scene):
    years.made()

    assert house.record() == []
    assert Line.objects.count() == 0


def test_same_seed_gives_the_same_figures_and_removal_leaves_nothing(house: Scene):
    before = years.tables()
    years.made()
    figures = years.figures()

    removing.remove(by=None)
    after = years.tables()
    years.made()

    assert after == before
    assert years.figures() == figures


def test_ledger_holds_after_removal_and_both_are_on_record(house: Scene):
    years.made()
    removing.remove(by=None)

    assert verification.verify().differences == ()
    told = AuditEntry.objects.filter(kind="setting").order_by("sequence")
    whats = [entry.what for entry in told]
    assert whats == [
        "a year of demonstration was made",
        "a year of demonstration was removed",
    ]


def test_year_that_was_broken_off_says_so_and_can_be_removed(house: Scene):
    year = years.ask()
    house.retire()

    with pytest.raises(Exception, match="edition"):
        making.make(year)

    assert Year.objects.get().state == Year.State.FAILED
    removing.remove(by=None)
    assert Year.objects.count() == 0


def test_nothing_can_be_removed_where_nothing_is(house: Scene):
    with pytest.raises(NotHere):
        removing.remove(by=None)
