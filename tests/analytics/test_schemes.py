"""Indicators as data: titles with sources, and rules that begin on a day to come."""

from datetime import UTC, date, datetime

import pytest

from analytics import indicators, ledger, refreshing, schemes
from analytics.ledger import Tier
from analytics.models import Indicator, IndicatorTitle, Rule
from analytics.periods import Period
from analytics.refusals import NotKept
from analytics.schemes import NewRule, NewTitle
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 6, 10, 9, tzinfo=UTC)
BEFORE, AFTER = (
    Period(date(2025, 3, 1), date(2025, 4, 1)),
    Period(date(2025, 7, 1), date(2025, 8, 1)),
)
STRICTER = NewRule(("interacted",), date(2025, 7, 1), "The donor counts own actions only.")


@pytest.fixture
def headline():
    return Indicator.objects.get(code="3.3")


def told(day, tier, n):
    month, of_month = day
    return exposure(n, tier, at=datetime(2025, month, of_month, 9, tzinfo=UTC))


def test_seeded_titles_say_where_they_were_read():
    titles = {(one.scheme, one.indicator_id): one.source for one in IndicatorTitle.objects.all()}

    assert titles == {
        ("EUTF Common Output Indicators", "2.7"): "Akvo RSR, 17 Dec 2021",
        ("EUTF Common Output Indicators", "3.11"): "Akvo RSR, 17 Dec 2021",
        ("EUTF Common Output Indicators", "3.3"): "Akvo RSR, 17 Dec 2021",
        ("EUTF indicators", "3.3"): "Akvo RSR, 17 Dec 2021",
        ("EUTF indicators - new", "3.11"): "Akvo RSR, 17 Dec 2021",
        ("Njia Salama", "2.7"): "own words",
        ("Njia Salama", "3.11"): "own words",
        ("Njia Salama", "3.3"): "own words",
    }


def test_schemes_whose_titles_nobody_published_say_so():
    known = {one.name: one.note for one in schemes.known()}

    assert list(known)[3:5] == ["OPSYS", "IOM"]
    assert known["IOM"].startswith("IOM's results framework is not public.")


# --- T10 -------------------------------------------------------------------------------------------


def test_t10_changed_rule_is_a_new_version_and_old_reports_keep_theirs(headline):
    ledger.record([told((3, 5), Tier.DELIVERED, 1), told((3, 5), Tier.INTERACTED, 2)])
    ledger.record([told((7, 5), Tier.DELIVERED, 1), told((7, 5), Tier.INTERACTED, 2)])
    (before,) = indicators.count("3.3", BEFORE)

    rule = schemes.add_rule(headline, STRICTER, by="amina", at=NOW)

    (old,), (new,) = indicators.count("3.3", BEFORE), indicators.count("3.3", AFTER)
    assert old == before
    assert (old.rule, old.numbers.reached.unique) == ("3.3/1", 2)
    assert (new.rule, new.numbers.reached.unique) == ("3.3/2", 1)
    (again,) = indicators.count("3.3", AFTER, rule=headline.rules.get(version=1))
    assert (again.rule, again.numbers.reached.unique) == ("3.3/1", 2)
    assert (rule.made_by, rule.made_at, rule.start) == ("amina", NOW, date(2015, 1, 1))


def test_figures_of_both_rules_are_kept_side_by_side(headline):
    ledger.record([told((3, 5), Tier.DELIVERED, 1), told((7, 5), Tier.DELIVERED, 1)])
    schemes.add_rule(headline, STRICTER, by="amina", at=NOW)
    at = datetime(2025, 7, 6, tzinfo=UTC)

    refreshing.refresh(at=at)

    found = {
        period: indicators.overview("3.3", period, (), countries=list(indicators.REGION), at=at)
        for period in (BEFORE, AFTER)
    }
    assert [(one.rule, one.total.reached.unique) for one in found.values()] == [
        ("3.3/1", 1),
        ("3.3/2", 0),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"since": date(2025, 6, 1)},
            "A rule begins on a later day than today, so that no figure of the past changes.",
        ),
        ({"since": date(2025, 7, 2)}, "A rule begins on the first day of a month."),
        ({"tiers": ()}, "Say what makes a number reached."),
        ({"tiers": ("sent",)}, "Say what makes a number reached."),
        ({"tiers": ("interacted", "delivered")}, "The rule in force counts just so."),
        ({"note": " "}, "Say why it is counted otherwise from then on."),
    ],
)
def test_rule_that_cannot_be_is_refused(headline, changes, words):
    new = NewRule(
        **{name: changes.get(name, getattr(STRICTER, name)) for name in ("tiers", "since", "note")}
    )

    with pytest.raises(NotKept) as refusal:
        schemes.add_rule(headline, new, by="amina", at=NOW)

    assert str(refusal.value) == words
    assert Rule.objects.filter(indicator="3.3").count() == 1


def test_rules_follow_each_other_in_time(headline):
    schemes.add_rule(headline, STRICTER, by="amina", at=NOW)
    again = NewRule(("delivered",), date(2025, 7, 1), "Back to receipts.")

    with pytest.raises(NotKept, match=r"^A later rule stands already: begin after 2025-07-01\.$"):
        schemes.add_rule(headline, again, by="amina", at=NOW)


def test_what_is_entered_by_hand_has_no_rule():
    with pytest.raises(NotKept, match=r"^This indicator is entered by hand: it has no rule"):
        schemes.add_rule(Indicator.objects.get(code="3.11"), STRICTER, by="amina", at=NOW)


# --- titles and description ------------------------------------------------------------------------


def test_title_of_a_logframe_finds_the_indicator(headline):
    schemes.add_title(headline, NewTitle("OPSYS", "OP-1", "People informed (invented)", "logframe"))

    assert [indicators.find(name).code for name in ("OP-1", "People informed (invented)")] == [
        "3.3",
        "3.3",
    ]


def test_title_stands_once_in_a_scheme(headline):
    title = headline.titles.get(scheme="EUTF indicators")

    with pytest.raises(NotKept, match=r"^EUTF indicators calls 3\.3 so already\.$"):
        schemes.add_title(headline, NewTitle("EUTF indicators", "", title.title, "twice"))


def test_level_is_one_of_the_chain_of_results(headline):
    schemes.describe(headline, level="outcome", responsible=" M&E officer ")

    headline.refresh_from_db()
    assert (headline.level, headline.responsible) == ("outcome", "M&E officer")
    with pytest.raises(ValueError, match="'effect' is not a valid Level"):
        schemes.describe(headline, level="effect", responsible="")
