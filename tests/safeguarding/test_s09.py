"""S9: opt-out in every language, free, at once, on every channel of the number, also for messages in the queue."""

import pytest
from django.utils import timezone

from campaigns.blasts import leases
from campaigns.models import Delivery
from people import consent, keywords
from people.models import Suppression
from tests.campaigns import scene

ENGLISH = "2"
WORDS = {"en": "STOP", "sw": "ACHA", "so": "JOOJI", "am": "አቁም", "fr": "ARRÊT", "ar": "توقف"}
WAYS = {
    "word by SMS": lambda site, phone: site.sms("tafadhali STOP", phone),
    "menu of USSD": lambda site, phone: site.call(ENGLISH, "7", "1", "1", phone=phone),
    "forget me on USSD": lambda site, phone: site.call(ENGLISH, "7", "2", "1", phone=phone),
    "provider's own notice": lambda site, phone: site.hook(
        "opt-out", {"senderId": "NJIA", "phoneNumber": phone}
    ),
    "number on the provider's black list": lambda site, phone: site.hook(
        "receipt",
        {"id": "x", "status": "Rejected", "phoneNumber": phone, "failureReason": "userinblacklist"},
    ),
}


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_word_of_each_language_ends_messages(site, text):
    site.sms(text, scene.number(0))
    site.fold()

    assert Suppression.objects.values_list("how", "lifted_at").get() == ("word", None)


@pytest.mark.parametrize("language", sorted(keywords.tables()))
def test_each_language_has_words_to_stop_and_to_start(language):
    kinds = set(keywords.tables()[language].phrases.values())

    assert kinds == {"stop", "start"}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_stop_between_enqueue_and_send_is_not_sent(site, deployment, way):
    scene.people(2)
    blast = scene.started()

    way(site, scene.number(0))
    site.house.shipper.ship_once()
    scene.send(blast)

    assert scene.sent(deployment) == {scene.number(1): 1}
    assert Delivery.objects.get(blast=blast, reason="suppressed").state == 91


def test_word_in_a_chat_of_the_number_ends_its_sms_too(full_site, deployment):
    scene.people(2)
    blast = scene.started(item="faq-038")

    assert full_site.ask("stop", f"tel:{scene.number(0)}")["decision"] == "stop"
    full_site.house.shipper.ship_once()
    scene.send(blast)

    assert scene.sent(deployment) == {scene.number(1): 1}


def test_stop_holds_with_the_worker_of_opt_outs_dead(site):
    """Nobody folds: the sender does, before it begins."""
    scene.people(1)
    lease = leases.claim(scene.started().pk)
    assert lease is not None

    site.sms("STOP", scene.number(0))
    site.house.shipper.ship_once()

    assert leases.begin(lease) is None
    assert consent.fold_opt_outs() == 1
    assert leases.begin(lease) == {}


def test_what_comes_of_itself_lifts_nothing(site):
    scene.people(1)
    consent.end(scene.number(0), how="word", at=timezone.now())

    site.call(ENGLISH, "1", "1", phone=scene.number(0))
    site.sms("START", scene.number(0))
    site.fold()

    assert Suppression.objects.get().lifted_at is None
    assert consent.sendable().count() == 0


@pytest.mark.django_db
def test_every_blast_says_how_to_stop_by_a_code_that_costs_nothing(deployment):
    """USSD of the programme is free to dial; where inbound SMS does not work it is the only way."""
    scene.people(1)

    said = list(scene.planned().texts.values_list("text", flat=True))

    assert [text for text in said if "*384*1234" not in text] == []
