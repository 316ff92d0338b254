"""Saved dialogues: what is written is read again as it was, and what an edition answers otherwise is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.editions.screens import LATIN
from tests.editions import DANGER, SAFE, edition
from ussd import dialogues
from ussd.dialogues import BadDialogue, Dialogue, difference, listening, play, read
from ussd.menu import STANDARD, Asked, Screen, Start, walk

OWN = edition()
HEAD = "country KE\nlanguage en\nletters no\n"
SHORT = f"""{HEAD}edition {OWN.id}
ask a passport = {SAFE}

> *
[main]
DEMO Njia Salama
1 Dangers
3 Safe ways
6 Ask a question
7 Stop / forget me
8 Get help now
9 Language
0 Exit

> 3
[{SAFE} {SAFE}]
DEMO Use a passport and a work visa.
0 Back
"""
typed = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="*"), max_size=8
)
keys = st.sampled_from(["1", "3", "6", "0", "00", "8", "9", "98"]) | typed


def test_file_is_read():
    read_ = read(SHORT)

    assert read_ == Dialogue(
        Start("en", "KE", LATIN), ("3",), (), {"a passport": Asked((SAFE,))}, OWN.id
    )


def test_file_is_played_as_it_was_written():
    assert play(OWN, read(SHORT)) == SHORT


def test_new_caller_with_all_letters_who_dials_answers_behind_the_code():
    call = Dialogue(Start(None, "ET", STANDARD, asks="sex"), ("1",), ("2", "1"))

    lines = play(OWN, call).split("\n")

    assert lines[:6] == ["country ET", "language -", "letters yes", "asks sex", "", "> *2*1"]
    assert read("\n".join(lines)) == call


@settings(max_examples=60)
@given(
    language=st.sampled_from([None, "en", "sw"]),
    dialled=st.lists(st.sampled_from("1236789"), max_size=3).map(tuple),
    inputs=st.lists(keys, max_size=6).map(tuple),
    items=st.sampled_from([Asked(), Asked((DANGER, SAFE)), Asked(danger=True)]),
)
def test_what_is_saved_is_read_and_played_the_same(language, dialled, inputs, items):
    heard: dict[str, Asked] = {}
    walked = Dialogue(Start(language, "KE", LATIN), inputs, dialled)
    listened = listening(lambda _words, _language: items, heard)
    for _, given_ in walked.hops():
        walk(OWN, walked.start, given_, listened)

    saved = play(OWN, Dialogue(walked.start, inputs, dialled, heard))

    assert play(OWN, read(saved)) == saved
    assert (read(saved).inputs, read(saved).dialled) == (inputs, dialled)


def test_answers_of_the_matcher_are_written_down():
    heard: dict[str, Asked] = {}
    ask = listening(lambda words, language: Asked((words, language)), heard)

    assert ask("a", "en") == Asked(("a", "en"))
    assert heard == {"a": Asked(("a", "en"))}


def test_questions_nobody_answered_are_not_written_down():
    asked = {"a": Asked(), "b = c": Asked((SAFE,)), "d": Asked(danger=True)}

    head = play(OWN, Dialogue(Start("en", "KE", LATIN), asked=asked)).split("\n\n")[0]

    assert head == f"{HEAD}ask b = c = {SAFE}\nask d = danger"
    assert read(f"{head}\n\n> *\n").asked == {"b = c": asked["b = c"], "d": asked["d"]}


@pytest.mark.parametrize(
    ("screen", "line"),
    [
        (Screen("x", ends=False, place="main"), "[main]"),
        (Screen("x", ends=False, place="faq-1.2", content=("faq-1",)), "[faq-1.2 faq-1]"),
        (Screen("x", ends=True, place="stop.yes", wish="stop"), "[stop.yes stop ends]"),
        (
            Screen("x", ends=False, place="sms.yes", wish="sms", sends="faq-1"),
            "[sms.yes sms faq-1]",
        ),
        (Screen("x", ends=False, place="a", quiz=("quiz-1", "after", 2)), "[a quiz-1 after 2]"),
        (Screen("x", ends=False, place="main", told=("sex", "other")), "[main sex=other]"),
    ],
)
def test_screen_is_told(screen, line):
    assert dialogues.told(screen) == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it does not say which country"),
        ("country KE\nletters no\n\n> *\n", "it does not say which language"),
        (f"{HEAD}", "it does not begin with a dialled code, `> *`"),
        (f"{HEAD}\n> 1\n", "it does not begin with a dialled code, `> *`"),
        (f"{HEAD}colour red\n\n> *\n", "line 4 says nothing that is known: colour red"),
        (
            f"{HEAD}asks name\n\n> *\n",
            "nobody is asked name; known are age_band, sex, status, district",
        ),
        ("country KE\nlanguage en\nletters some\n\n> *\n", "letters are yes or no, not some"),
    ],
)
def test_what_is_no_dialogue_says_why(text, said):
    with pytest.raises(BadDialogue) as told:
        read(text)

    assert str(told.value) == said


def test_file_of_another_editor_is_read_all_the_same():
    assert read("\ufeff" + SHORT.replace("\n", "\r\n")) == read(SHORT)


def test_nothing_differs_on_the_same_edition():
    assert difference(OWN, SHORT) == ""


def test_difference_is_told_line_by_line():
    told = difference(OWN, SHORT.replace("a work visa", "a visa")).split("\n")

    changed = [line for line in told[2:] if line[0] in "+-"]
    assert changed == [
        "-DEMO Use a passport and a visa.",
        "+DEMO Use a passport and a work visa.",
    ]
