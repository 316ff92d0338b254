"""S1: sender names and outbound SMS carry no trafficking, asylum or victim wording on protection campaigns."""

import pytest
from django.utils import timezone

from campaigns.blasts import approval, discretion
from campaigns.blasts.permits import Refused
from campaigns.models import Blast, Campaign
from tests.campaigns import scene
from tests.campaigns.conftest import GATEWAYS
from tests.published import LOCALES

pytestmark = pytest.mark.django_db
LANGUAGES = sorted(
    {folder.parent.name.partition("-")[0] for folder in LOCALES.glob("*/content.toml")}
)
ONE_OF_EACH = {
    "am": "የሰው ነጋዴውን ብቻዎን አይጋፈጡ።",
    "am-Latn": "Tigegninet meteyek yichilalu.",
    "ar": "اطلب اللجوء في المكتب.",
    "ar-Latn": "Inta laji2 walla la?",
    "en": "Call us about TRAFFICKERS.",
    "fr": "Demandez l'asile.",
    "om": "Kooluu gaafachuu dandeessa.",
    "so": "Magangelyo codso.",
    "sw": "Mlanguzi akikukamata, piga simu.",
    "ti": "ዑቕባ ናይ ምሕታት መሰል ኣሎኩም።",
    "ti-Latn": "Sdetegna diye weys?",
}
HARMLESS = {
    "am": "ነገ በ8 ሰዓት ይደውሉ።",
    "ar": "اتصل غدا في الثامنة.",
    "en": "Your appointment is tomorrow at eight.",
    "fr": "Votre rendez-vous est demain.",
    "om": "Boru sa'aatii lama bilbili.",
    "so": "Berri soo wac siddeedda.",
    "sw": "Piga simu kesho saa mbili.",
    "ti": "ጽባሕ ሰዓት ሸሞንተ ደውሉ።",
}


@pytest.fixture
def care() -> Campaign:
    return Campaign.objects.create(code="care", name="Care", protection=True)


def reworded(blast: Blast, language: str, text: str) -> Blast:
    blast.texts.exclude(language="en").delete()
    blast.texts.filter(language="en").update(language=language, text=text)
    return blast


@pytest.mark.parametrize(("language", "text"), ONE_OF_EACH.items())
def test_approval_of_a_listed_word_fails_in_each_language(deployment, care, language, text):
    blast = reworded(scene.planned(campaign="care"), language, text)

    with pytest.raises(Refused, match=f"The text in {language}/KE says "):
        approval.approve(blast, by=scene.approver(), at=timezone.now())
    blast.refresh_from_db()
    assert (blast.state, blast.approved_by) == ("planned", None)


def test_planning_of_a_listed_word_fails_before_anybody_is_chosen(deployment, care):
    deployment.publish(say="How to spot a trafficker.")

    with pytest.raises(Refused, match=r"says traffick\*"):
        scene.planned(campaign="care")
    assert Blast.objects.count() == 0


def test_harmless_words_of_protection_are_approved(deployment, care):
    scene.people(1)

    assert scene.approved(campaign="care").state == "approved"


def test_sensitive_item_counts_as_protection_whatever_its_campaign(deployment):
    blast = scene.planned()
    Blast.objects.update(sensitive=True)
    blast.refresh_from_db()

    with pytest.raises(Refused, match="asile"):
        approval.approve(
            reworded(blast, "fr", ONE_OF_EACH["fr"]), by=scene.approver(), at=timezone.now()
        )


def test_general_campaign_may_name_the_danger_it_warns_of(deployment):
    scene.people(1)
    deployment.publish(say="How to spot a trafficker.")

    assert scene.approved().state == "approved"


def test_language_without_a_list_is_refused(deployment, care):
    blast = reworded(scene.planned(campaign="care"), "aa", "Barra.")

    with pytest.raises(Refused, match="Nobody has listed the words that give people away in aa/KE"):
        approval.approve(blast, by=scene.approver(), at=timezone.now())


@pytest.mark.parametrize("sender", ["AsylumHelp", "ANTITRAFFICK", "Victims", "IOM", "Tahriib"])
def test_sender_name_that_tells_is_refused_in_every_campaign(deployment, settings, sender):
    file = settings.DATA / "gateways.toml"
    told = GATEWAYS.format(port=deployment.network.port).replace('"NJIA"', f'"{sender}"')
    file.write_text(told, encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()

    with pytest.raises(Refused, match=f"The sender name {sender} says"):
        scene.planned()


@pytest.mark.parametrize("sender", ["NJIA", "NjiaSalama", "22345", ""])
def test_neutral_sender_name_says_nothing(sender):
    assert discretion.in_sender(sender) == []


# --- the lists ----------------------------------------------------------------------------------------


def test_every_language_with_content_has_a_list():
    assert sorted(discretion.lists()) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_say_that_no_native_reader_has_seen_them(language):
    assert discretion.lists()[language].reviewed is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_listed_word_is_found_in_a_text(language):
    words = discretion.lists()[language].words

    lost = [one for one in words if one not in discretion.in_text(f"... {one} ...", language)]

    assert lost == []


@pytest.mark.parametrize(("language", "text"), HARMLESS.items())
def test_appointment_holds_no_listed_word(language, text):
    assert discretion.in_text(text, language) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TRAFFICKING", ["traffick*"]),
        ("re-traffic in town", []),
        ("sheltered", []),
        ("A safe  house.", ["safe house"]),
        ("safe and a house", []),
        ("réfugié", []),
    ],
)
def test_words_are_found_whole_and_whatever_their_case(text, found):
    assert discretion.in_text(text, "en") == found
