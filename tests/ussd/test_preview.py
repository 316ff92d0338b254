"""A preview's phone shows what the door would answer from the same edition, and leaves no trace."""

from pathlib import Path

import pytest

from campaigns.editions.edition import Answer
from people import identity
from tests import doors
from tests.editions import DANGER, HELP_ITEM, SAFE, edition
from tests.published import demonstration
from ussd import preview
from ussd.dialogues import Dialogue, play, read
from ussd.menu import Asked
from ussd.preview import Handset, Look

OWN = edition()
KENYA, ETHIOPIA = Handset("KE", "en"), Handset("ET", "am")


@pytest.fixture(autouse=True)
def nobody_answers():
    """No matcher, whatever another test of this process placed."""
    preview.place(lambda _edition, _language: lambda _words, _spoken: Asked())


def answering(*items):
    preview.place(lambda _edition, _language: lambda _words, _spoken: Asked(items))


def fitting():
    preview.place(lambda _edition, _language: None)


# --- the phone ------------------------------------------------------------------------------------


def test_screen_tells_how_full_it_is():
    assert preview.look(OWN, KENYA, ("1", "1")) == Look(
        text="DEMO Many people die on the road.\n0 Back\n98 More",
        ends=False,
        place=DANGER,
        item=DANGER,
        units=48,
        most=156,
        encoding="GSM-7",
    )


def test_operator_without_letters_gets_the_latin_variant():
    whole = preview.look(OWN, ETHIOPIA, ("1", "1"))
    latin = preview.look(OWN, Handset("ET", "am", letters=False), ("1", "1"))

    assert (whole.encoding, whole.most) == ("UCS-2", 66)
    assert (latin.encoding, latin.text.splitlines()[0]) == ("GSM-7", "DEMO Bizu sewoch yimotalu.")


def test_phone_without_a_language_asks_for_it():
    assert preview.look(OWN, Handset("KE"), ()).place == "lang"


def test_danger_is_heard_and_other_questions_find_nothing():
    ask = ("6", "they locked me in and want money")

    assert preview.look(OWN, KENYA, ask).place == "help"
    assert preview.look(OWN, KENYA, ("6", "passport")).place == "ask.none"


def test_questions_find_their_answers_where_the_matcher_is_ready():
    answering(SAFE)

    look = preview.look(OWN, KENYA, ("6", "a  passport", "1"))

    assert (look.place, look.fitting) == (SAFE, False)
    assert look.asked == {"a  passport": Asked((SAFE,))}


def test_question_before_the_matcher_is_ready_says_so():
    fitting()

    asked, danger = (
        preview.look(OWN, KENYA, ("6", words))
        for words in ("passport", "they locked me in and want money")
    )

    assert (asked.place, asked.fitting) == ("ask.none", True)
    assert (danger.place, danger.fitting) == ("help", False)


def test_call_is_saved_with_what_the_matcher_answered():
    answering(SAFE)

    saved = preview.dialogue(OWN, KENYA, ("2", "6"), ("passport", "1"))

    assert saved == Dialogue(
        KENYA.dialling(("2", "6")).start,
        ("passport", "1"),
        ("2", "6"),
        {"passport": Asked((SAFE,))},
        OWN.id,
    )
    assert read(play(OWN, saved)) == saved


def test_call_is_not_saved_before_the_matcher_is_ready():
    fitting()

    assert preview.dialogue(OWN, KENYA, (), ("6", "passport")) is None


def test_trails_lead_to_each_screen_with_the_fewest_keys():
    found = preview.trails(preview.pages(OWN, KENYA))

    assert list(found)[:2] == ["main", "dangers"]
    assert (found[f"{DANGER}.2"], found["help"]) == (("1", "1", "98"), ("8",))


@pytest.mark.parametrize(
    ("item", "keys"),
    [
        (DANGER, ("1", "1")),
        (SAFE, ("3",)),
        (HELP_ITEM, ("8",)),
        ("dangers", ("1",)),
        ("nothing", None),
    ],
)
def test_way_to_an_item(item, keys):
    assert preview.way(OWN, KENYA, item) == keys


def test_way_leads_to_every_answer_of_the_content(db):
    whole = demonstration()
    for country, language in whole.menus:
        phone = Handset(country, language, letters=not language.endswith("-Latn"))
        shown = {page.item for page in whole.menus[country, language].pages.values() if page.item}
        if preview.spoken(whole, phone) != language:
            continue
        for item in shown:
            keys = preview.way(whole, phone, item)
            assert keys is not None
            assert preview.look(whole, phone, keys).item == item


@pytest.mark.parametrize(
    "keys", ["", "1", "2 1 1", "2 1 1 98 0", "1 7 1 9", "2 6 passport", "2 x 3 0 0"]
)
def test_phone_shows_what_the_door_answers(db, tmp_path: Path, keys: str):
    desk = doors.desk(tmp_path, editions=[OWN])
    said = tuple(keys.split())

    answered = doors.dial(desk, *("*".join(said[:n]) for n in range(len(said) + 1))).text

    looked = preview.look(OWN, Handset("KE", letters=False), said)
    assert answered == ("END " if looked.ends else "CON ") + looked.text


def test_code_with_answers_behind_it_is_answered_as_the_door_answers_it(db, tmp_path: Path):
    desk = doors.desk(tmp_path, editions=[OWN])
    desk.remembered.note(identity.token(f"tel:{doors.PHONE}"), "sw")
    speaks = Handset("KE", "sw", letters=False, asks="sex")

    answered = doors.dial(desk, "2*1").text
    saved = preview.dialogue(OWN, speaks, ("2", "1"), ())

    assert answered == "CON " + preview.look(OWN, speaks.dialling(("2", "1")), ("2", "1")).text
    assert saved is not None
    assert (saved.start.language, saved.start.asks) == (None, "")
    assert speaks.dialling(()) == speaks


def test_forms_of_an_item_are_those_of_the_edition():
    form = preview.sms(OWN, DANGER, "en", "KE")

    assert form is not None
    assert (form.text, form.parts) == (OWN.sms(DANGER, "en", "KE"), 1)
    assert (
        preview.chat(OWN, DANGER, "en", "KE")
        == (OWN.answer(DANGER, "en", "KE") or Answer("", "", "")).text
    )
    assert (preview.sms(OWN, "x", "en", "KE"), preview.chat(OWN, "x", "en", "KE")) == (None, "")
