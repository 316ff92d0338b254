"""S13: callbacks are authenticated, since forged ones forge counts and opt-outs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import Exposure
from campaigns.models import Delivery, Fate
from journal.models import Entry
from people import rushes
from people.models import Suppression
from people.turnstile import TEXTS
from tests.campaigns import scene
from tests.doors import CODE, OTHER_PHONE, PHONE
from ussd.models import Call

HOP = {"sessionId": "ATUid_9", "serviceCode": CODE, "phoneNumber": PHONE, "text": "2*1*1"}
FORGED = {
    "ussd": HOP,
    "ussd-end": {"sessionId": "ATUid_9", "phoneNumber": PHONE, "status": "Success"},
    "receipt": {"id": "x", "status": "Success", "phoneNumber": PHONE},
    "sms": {"from": PHONE, "to": "22345", "text": "STOP", "id": "sms-9"},
    "opt-out": {"senderId": "NJIA", "phoneNumber": PHONE},
    "ask": b'{"text": "hello", "person": "telegram:1"}',
}


def counts() -> tuple[int, ...]:
    tables = (Entry, Exposure, Call, Suppression)
    return tuple(table.objects.count() for table in tables)


@pytest.mark.parametrize("kind", FORGED)
@pytest.mark.parametrize("secret", ["guessed-guessed-guessed-guessed-", "x", "%00"])
def test_forged_callback_is_rejected_and_no_count_changes(site, kind, secret):
    answer = site.hook(kind, FORGED[kind], secret=secret)
    site.fold()

    assert (answer.status, answer.text) == (404, "not here")
    assert counts() == (0, 0, 0, 0)


def test_same_callback_with_the_secret_counts(site):
    site.hook("ussd", HOP)
    site.fold()

    assert Exposure.objects.count() == 1


def test_secret_of_another_gateway_opens_nothing(site):
    answer = site.knock(f"/hooks/other/{site.secret}/receipt", FORGED["receipt"])

    assert answer.status == 404


@pytest.mark.parametrize(
    "changes", [{"id": "guessed"}, {"phoneNumber": OTHER_PHONE}], ids=["reference", "number"]
)
def test_authentic_receipt_that_fits_nothing_changes_no_delivery(site, deployment, changes):
    """Whoever learnt the secret must still know the reference and the number it went to."""
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    ((number, _text, reference),) = deployment.record()
    told = {"id": reference, "status": "Success", "phoneNumber": number, "networkCode": "63902"}

    site.hook("receipt", {**told, **changes})
    site.fold()

    assert Delivery.objects.get().state == Fate.ACCEPTED


def test_authentic_receipt_that_fits_settles_it(site, deployment):
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    ((number, _text, reference),) = deployment.record()

    site.hook("receipt", {"id": reference, "status": "Success", "phoneNumber": number})
    site.fold()

    assert Delivery.objects.get().state == Fate.DELIVERED


def test_flood_of_authentic_opt_outs_is_obeyed_and_alarms(site):
    for n in range(2 * rushes.FEWEST):
        site.hook("opt-out", {"senderId": "NJIA", "phoneNumber": f"+2547110{n:05d}"})
    site.fold()

    assert Suppression.objects.count() == 2 * rushes.FEWEST
    told = rushes.bursts(["KE"], at=timezone.now())
    assert sum(one.number for one in told) >= rushes.FEWEST


def test_flood_from_one_phone_is_held_back_counted_and_its_stop_obeyed(site):
    for n in range(TEXTS.most * 3):
        site.sms("hello", reference=f"sms-{n}")
    site.sms("STOP", reference="sms-stop")
    site.fold()

    assert Suppression.objects.count() == 1
    (held,) = rushes.held(["KE"], since=timezone.now() - timedelta(hours=1))
    assert (held.what, held.times in (1, 2)) == ("sms", True)  # a minute may turn meanwhile
