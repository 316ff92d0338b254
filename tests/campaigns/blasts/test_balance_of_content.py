"""What only frightens needs a written reason; a way out that works, or a campaign that tells more, does not."""

from dataclasses import replace

import pytest
from django.utils import timezone

from campaigns.blasts import approval, balance_of_content, reasons, reports
from campaigns.blasts.permits import Refused
from campaigns.models import Blast, Campaign, Notice
from people.models import AuditEntry
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
WHY = "Boats leave tonight, the sea is rough."
FRIGHTENS = "It only frightens: the text in"


@pytest.fixture
def sea():
    return Campaign.objects.create(code="sea", name="The sea")


def approve(blast: Blast, override: str = "") -> Blast:
    return approval.approve(blast, by=scene.approver(), at=timezone.now(), override=override)


def say(deployment, sms: str) -> None:
    """Bring out an edition whose danger says this by SMS, in every language."""
    plain = scene.edition(days=1)
    danger = plain.items[editions.DANGER]
    texts = {language: replace(text, sms=sms) for language, text in danger.texts.items()}
    items = {**plain.items, danger.id: replace(danger, texts=texts)}
    deployment.put(scene.remade(plain, items))


def test_fear_alone_is_refused_without_a_reason():
    blast = scene.planned(item=editions.DANGER)

    with pytest.raises(Refused, match=f"{FRIGHTENS} en/KE, sw/KE names no right"):
        approve(blast)
    assert Blast.objects.get().state == "planned"


@pytest.mark.parametrize("reason", ["Too short to be one", "                     short", " a " * 9])
def test_reason_of_less_than_twenty_characters_is_none(reason):
    blast = scene.planned(item=editions.DANGER)

    with pytest.raises(Refused, match=FRIGHTENS):
        approve(blast, reason)


def test_reason_is_kept_with_the_blast_and_in_the_audit():
    blast = approve(scene.planned(item=editions.DANGER), f"  {WHY}\n")

    notice = Notice.objects.get(blast=blast, kind="risk-only")
    told = AuditEntry.objects.get(what=f"blast {blast.pk}").details["only frightens, because"]
    assert (notice.text, notice.by, told) == (WHY, scene.approver(), WHY)
    assert reports.report(blast, []).override == balance_of_content.override_of(blast) == WHY
    assert reasons.told(notice) == f"approved although it only frightens, because: {WHY}"


def test_number_in_a_reason_is_masked():
    blast = approve(
        scene.planned(item=editions.DANGER), "The mother at +254712345678 asked for it."
    )

    assert "712345" not in balance_of_content.override_of(blast)


@pytest.mark.parametrize("way", ["{hotline}", "{numbers}", "{menu:safe-ways}"])
def test_way_out_in_the_same_text_is_enough(deployment, way):
    say(deployment, f"Many die. {way}")

    blast = approve(scene.planned(item=editions.DANGER))

    assert (blast.state, balance_of_content.override_of(blast)) == ("approved", "")


@pytest.mark.parametrize("way", ["{police}", "{menu:dangers}"])
def test_way_out_that_leads_nowhere_there_is_none(deployment, way):
    """No number of the police is on file in Kenya; a menu of dangers is no way out."""
    say(deployment, f"Many die. {way}")

    with pytest.raises(Refused, match=FRIGHTENS):
        approve(scene.planned(item=editions.DANGER))


@pytest.mark.usefixtures("sea")
def test_campaign_that_tells_a_safe_way_too_is_balanced():
    approve(scene.planned(campaign="sea"))

    assert approve(scene.planned(item=editions.DANGER, campaign="sea")).state == "approved"


@pytest.mark.usefixtures("sea")
@pytest.mark.parametrize("other", ["planned", "stopped", "elsewhere", "fear"])
def test_what_is_not_told_there_balances_nothing(other):
    """A plan, a stopped blast, another campaign's and another frightening one do not count."""
    if other == "planned":
        scene.planned(campaign="sea")
    elif other == "stopped":
        blast = approve(scene.planned(campaign="sea"))
        approval.stop(blast, by=scene.planner(), at=timezone.now())
    elif other == "elsewhere":
        approve(scene.planned())
    else:
        approve(scene.planned(item=editions.DANGER, campaign="sea"), WHY)

    with pytest.raises(Refused, match=FRIGHTENS):
        approve(scene.planned(item=editions.DANGER, campaign="sea"))


@pytest.mark.usefixtures("sea")
def test_each_country_must_be_told_by_itself():
    approve(scene.planned(campaign="sea", audience="KE"))

    with pytest.raises(Refused, match=r"^It only frightens: the text in [a-z-]+/ET"):
        approve(scene.planned(item=editions.DANGER, campaign="sea", audience="ET"))


def test_campaign_of_everything_balances_nothing():
    approve(scene.planned())

    with pytest.raises(Refused, match=FRIGHTENS):
        approve(scene.planned(item=editions.DANGER))


def test_reason_that_nobody_needed_is_not_kept():
    blast = approve(scene.planned(), WHY)

    assert balance_of_content.override_of(blast) == ""
