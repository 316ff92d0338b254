"""Money as each reader writes it, and refusals in the reader's language."""

from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from campaigns.blasts import approval, budget, money, permits, planning, routes
from campaigns.models import Blast
from tests.campaigns import scene


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1,234.50 KES"), ("fr", "1\xa0234,50 KES")],
)
def test_money_is_told_in_the_readers_form(language, words):
    with override(language):
        assert money.told(Decimal("1234.5"), "KES") == words


def test_money_without_a_currency_is_a_number():
    assert money.told(Decimal("0.8")) == "0.80"


@pytest.mark.django_db
def test_figures_of_a_refusal_are_in_the_readers_form(deployment):
    scene.people(3)
    blast = scene.planned()
    Blast.objects.filter(pk=blast.pk).update(budget=1, reserved="2400.5")

    with override("fr"), pytest.raises(budget.NoMoney, match="2\xa0400,50 KES"):
        approval.approve(Blast.objects.get(pk=blast.pk), by=scene.approver(), at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: routes.gateway("nowhere"), "There is no gateway “nowhere”; known are sim."),
        (lambda: scene.planned(item="faq-999"), "The current edition has no item “faq-999”."),
        (lambda: scene.planned(campaign="gone"), "There is no campaign “gone”."),
        (
            lambda: scene.planned(audience="nobody"),
            "There is no audience “nobody”: use its exact name, a country code or all.",
        ),
        (
            lambda: scene.planned(cap=9),
            "Between 1 and 2 messages a person: the campaign's limit.",
        ),
    ],
)
def test_refusals_name_what_is_missing(deployment, refused, words):
    with pytest.raises(ValueError, match=r"^") as said:
        refused()

    assert str(said.value) == words


def test_kinds_of_refusal_are_errors_of_value():
    kinds = (permits.Refused, budget.NoMoney, routes.NoRoute, planning.CannotPlan)

    assert [issubclass(kind, ValueError) for kind in kinds] == [True] * 4
