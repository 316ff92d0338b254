"""Checks of provider accounts, hooks, prices, opt-out routes and money."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.blasts import routes
from campaigns.models import Balance, Blast, Price
from operations.checks import accounts
from people.models import CountryMenu
from tests.campaigns import scene
from tests.operations.checks.found import findings, said, wrong
from tests.people.made import person
from tests.provider import Said, providing

pytestmark = pytest.mark.django_db(transaction=True)


def test_file_that_cannot_be_used_is_told(settings, tmp_path):
    settings.GATEWAYS_FILE = str(tmp_path / "none.toml")

    assert said("accounts") == [
        f"The accounts cannot be used: The gateways file {tmp_path}/none.toml cannot be read: "
        "No such file or directory."
    ]


def test_accounts_of_a_demonstration_may_be_simulated(settings, real_gateway):
    while_showing = said("accounts")
    settings.DEMONSTRATION = False

    assert while_showing == [
        "The hooks of real take requests from any address that knows the secret."
    ]
    assert said("accounts") == [
        "The account sim is simulated: nothing sent through it arrives.",
        *while_showing,
    ]
    assert wrong("accounts") == [True, False]


@pytest.mark.parametrize(("answer", "found"), [("not here", 0), ("<html>", 1)])
def test_hooks_are_asked_for_under_the_address_of_staff(settings, answer, found):
    with providing() as provider:
        provider.says(Said(answer, 404))
        settings.CSRF_TRUSTED_ORIGINS = [provider.url]
        told = said("hooks")
        asked = [one.path for one in provider.asked]

    assert (len(told), asked) == (found, [accounts.PROBE])


def test_hooks_that_nobody_answers_are_told(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://127.0.0.1:1"]

    assert said("hooks") == [
        "Under http://127.0.0.1:1 no hook answers: dials, receipts and SMS do not come in."
    ]


def test_country_with_people_and_no_price_is_told(deployment):
    person(1)
    before = [(one.sentence(), one.country) for one in findings("ways")]
    row = {"gateway": "sim", "country": "KE", "per_part": 1, "currency": "KES"}
    Price.objects.create(valid_from=timezone.now() - timedelta(days=1), **row)

    assert before == [("People of Kenya are known, and no account has a price there.", "KE")]
    assert said("ways") == []


def test_price_of_an_account_that_is_gone_is_no_way(deployment):
    person(1)
    row = {"gateway": "gone", "country": "KE", "per_part": 1, "currency": "KES"}
    Price.objects.create(valid_from=timezone.now() - timedelta(days=1), **row)

    assert [one.about for one in findings("ways")] == ["KE"]


def test_country_without_a_code_to_end_messages_is_told(real_gateway):
    """The accounts of this file have codes of Kenya alone."""
    scene.people(1, "ET")

    codes = [one for one in findings("opt-outs") if one.wrong]

    assert [one.sentence() for one in codes] == [
        "Ethiopia has no code to dial for ending messages: no blast goes there."
    ]
    assert [one.country for one in codes] == ["ET"]


def test_language_without_words_for_ending_is_told(real_gateway):
    CountryMenu.objects.create(country="KE", languages=["en", "xx"])

    assert [one.sentence() for one in findings("opt-outs") if not one.wrong] == [
        "No words for ending messages are known in xx (Kenya)."
    ]


def test_blast_paused_for_money_is_told(deployment):
    scene.people(1)
    blast = scene.started()
    before = said("money")
    Blast.objects.filter(pk=blast.pk).update(state="paused", pause_reason="balance")

    assert before == []
    assert said("money") == [f"Blast {blast.pk} is paused: its account is empty, or nearly."]


def test_balance_that_nobody_tells_any_more_is_told(deployment):
    scene.people(1)
    scene.started()
    at = timezone.now() - timedelta(days=3)
    for name in ("sim", "gone"):
        Balance.objects.create(gateway=name, amount=5, at=at)

    (one,) = findings("money")

    assert (one.sentence(), one.since, one.wrong) == (
        "The account sim does not say what is left on it.",
        at,
        False,
    )


def test_deployment_serves_where_it_has_codes_or_people(real_gateway):
    scene.people(1, "UG")

    assert accounts.served() == ["KE", "UG"]
    assert set(routes.gateways()) == {"sim", "real"}
