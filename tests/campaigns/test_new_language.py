"""A language that staff added works on every channel, and no screen or message mixes it with another."""

import re
from collections.abc import Iterator

import pytest

from campaigns.editions.edition import Edition
from campaigns.editions.inquiry import DISTRICT
from campaigns.editions.screens import CHOICES_MARK, WHO, Page
from campaigns.editions.tokens import LISTED
from campaigns.models import Chunk
from people import importing
from people.countries import CODES
from people.models import Person
from tests import invented
from tests.campaigns import scene
from tests.invented import AUTONYM, CODE, LEFT_OUT, PLAIN
from tests.people.made import NOON
from tests.published import demonstration
from ussd.menu import Asked, Screen, Start, walk

pytestmark = pytest.mark.django_db
OTHER_LETTERS = re.compile(r"[^\W\d_]")


@pytest.fixture
def edition() -> Edition:
    return invented.edition()


def dial(edition: Edition, *inputs: str, language: str | None = None, country="KE") -> Screen:
    return walk(edition, Start(language=language, country=country), inputs, lambda *_: Asked())


def foreign(text: str) -> str:
    """Letters of any other language in a text of the new one."""
    told = text.removeprefix("DEMO ").replace(CHOICES_MARK, "")
    return "".join(OTHER_LETTERS.findall(re.sub("[zZ]", "", told)))


def screens(edition: Edition, language: str) -> Iterator[Page]:
    """All but those that list districts: these keep their names in every language."""
    pages = edition.menus["KE", language].pages.values()
    yield from (page for page in pages if not page.place.startswith(f"{WHO}{DISTRICT}"))


# --- the proof ------------------------------------------------------------------------------------


def test_new_language_is_dialled(edition):
    first = dial(edition)
    assert first.text.splitlines()[1:] == [
        "1 Kiswahili",
        "2 English",
        "3 Soomaali",
        "4 Afaan Oromo",
        f"5 {PLAIN}",
        "0 Exit",
    ]

    main = dial(edition, "5")

    assert (main.language, main.place) == (CODE, "main")
    assert "\n1 Zzzzzzz\n2 Zzzzz z zzz" in main.text
    assert dial(edition, language=CODE).text == main.text


def test_answer_is_read_in_the_new_language(edition):
    answer = dial(edition, "5", "2", "1")

    assert (answer.content, answer.language) == (("faq-021",), CODE)
    assert foreign(answer.text) == ""


def test_edition_names_it_and_gives_it_to_one_country(edition):
    assert (edition.languages[CODE].autonym, edition.languages[CODE].plain) == (AUTONYM, PLAIN)
    assert [country for country in CODES if (country, CODE) in edition.menus] == ["KE"]
    assert edition.orders["KE"] == ("sw", "en", "so", "om", CODE)


def test_digits_of_the_other_languages_did_not_move(edition):
    plain = demonstration()

    for country in CODES:
        before, after = (one.offer(country, one.budget).languages for one in (plain, edition))
        assert after[: len(before)] == before


def test_blast_writes_in_it(edition, deployment):
    deployment.put(edition)
    scene.people(2, language=CODE)
    scene.people(1, language="sw", first=2)

    blast = scene.planned(item="faq-021")

    texts = dict(blast.texts.values_list("language", "text"))
    body, stop = texts[CODE].rsplit("\n", 1)
    assert (foreign(body), stop) == ("", "STOP: *384*1234#")
    assert blast.people == 3


def test_list_of_people_may_name_it(edition, tmp_path):
    invented.edition.cache_clear()
    invented.edition()
    file = tmp_path / "list.csv"
    file.write_text("phone,language\n0711000001,Zazalian\n0711000002,ZAZA talk\n0711000003,zzz\n")

    importing.import_list(file, importing.Order("KE", "consent-form", "forms"), at=NOON)

    assert list(Person.objects.values_list("language", flat=True)) == [CODE] * 3


# --- nothing is mixed -----------------------------------------------------------------------------


def test_no_screen_of_it_has_a_word_of_another_language(edition):
    odd = {page.place: foreign(page.text) for page in screens(edition, CODE)}

    assert {place: letters for place, letters in odd.items() if letters} == {}


def test_no_screen_of_another_language_has_a_word_of_it(edition):
    sets = {
        (menu.language, page.place): page.text
        for menu in edition.menus.values()
        for page in menu.pages.values()
        if menu.language != CODE
    }

    assert [key for key, text in sets.items() if re.search("zz+", text, re.IGNORECASE)] == []


def test_what_it_lacks_is_offered_in_the_others_only(edition):
    shown = {
        language: {page.item for page in screens(edition, language)} for language in (CODE, "en")
    }

    assert shown["en"] - shown[CODE] == set(LEFT_OUT)
    assert [edition.sms(item, CODE, "KE") for item in LEFT_OUT] == [None, None]
    assert [edition.answer(item, CODE, "KE") for item in LEFT_OUT] == [None, None]


def test_every_message_of_it_is_wholly_in_it(edition):
    messages = {item: edition.sms(item, CODE, "KE") for item in edition.items}

    odd = {item: foreign(text) for item, text in messages.items() if text}
    assert {item: letters for item, letters in odd.items() if letters} == {}
    assert set(LISTED) & set(edition.numbers_for("KE", CODE))


def test_person_whose_language_lacks_the_item_gets_a_whole_text_in_another(edition, deployment):
    deployment.put(edition)
    scene.people(2, language=CODE)

    blast = scene.planned(item=LEFT_OUT[0])

    assert blast.people == 2
    languages = set(Chunk.objects.filter(blast=blast).values_list("language", flat=True))
    assert languages == {"sw"}
