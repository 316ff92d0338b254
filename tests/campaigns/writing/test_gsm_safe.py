"""Make GSM-7 safe: signs get their plain twin, other spellings are said to be so, the rest is only named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.writing.gsm_safe import Note, apply, name, suggest, suggest_all
from gateways import segments


def safe(text: str) -> str:
    """With every proposal taken."""
    return apply(text, [one.character for one in suggest(text)])


def proposals(text: str) -> dict[str, tuple[str | None, Note]]:
    return {one.character: (one.becomes, one.note) for one in suggest(text)}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (
            "Garçon, forêt, île, hôtel, sûr, Noël, maïs",
            "Garcon, foret, ile, hotel, sur, Noel, mais",
        ),
        ("cœur, Œuvre", "coeur, OEuvre"),
        ("« d’accord »\u202f!", '" d\'accord " !'),
        ("bu’aa, buʼaa, bu‘aa, bu`aa", "bu'aa, bu'aa, bu'aa, bu'aa"),
        ("mucjisooyin – waa “hal”…", 'mucjisooyin - waa "hal"...'),
        ("ŋaaŋa", "ng'aang'a"),
        ("ng’ombe\u00a0mmoja", "ng'ombe mmoja"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("one\ttwo • three — four", "one two - three - four"),
        ("e\u0301te\u0301, c\u0327a", "été, ca"),
    ],
)
def test_every_proposal_taken_makes_it_fit(written: str, plain: str):
    assert safe(written) == plain
    assert segments.count(safe(written)).encoding == "GSM-7"


def test_letters_of_the_alphabet_are_left_alone():
    text = "à è é ù É Ç æ Æ ñ ü € { } Δ @ £"

    assert (suggest(text), apply(text, list(text))) == ([], text)


def test_a_sign_keeps_its_meaning_and_a_letter_changes_its_spelling():
    assert proposals("l’été reçu\u200b በ") == {
        "’": ("'", Note.SAME),
        "ç": ("c", Note.SPELLING),
        "\u200b": ("", Note.UNSEEN),
        "በ": (None, Note.NONE),
    }


def test_decomposed_accent_is_one_letter_with_its_base():
    assert proposals("e\u0301 c\u0327 m\u0302") == {
        "e\u0301": ("é", Note.SAME),
        "c\u0327": ("c", Note.SPELLING),
        "m\u0302": ("m", Note.SPELLING),
    }


def test_places_and_name_tell_where_and_what():
    (quote,) = suggest("bu’aa bu’aa")

    assert (quote.places, quote.name, quote.code) == (
        (2, 8),
        "RIGHT SINGLE QUOTATION MARK",
        "U+2019",
    )


@pytest.mark.parametrize("text", ["ስደት አደጋ ነው።", "الهجرة", "Dɛ̈ɛ̈r", "🚢", "Привет"])
def test_what_nothing_stands_for_is_only_named(text: str):
    named = [one for one in suggest(text) if one.becomes is None]

    assert {one.note for one in named} == {Note.NONE}
    assert segments.count(safe(text)).odd != ()


def test_amharic_keeps_its_letters_and_only_its_quotes_are_proposed():
    text = "“ስደት”"

    assert safe(text) == '"ስደት"'
    assert [one.character for one in suggest(text) if one.becomes is None] == ["ስ", "ደ", "ት"]


def test_only_what_is_taken_is_changed():
    assert apply("l’été reçu d’ici", ["’"]) == "l'été reçu d'ici"


def test_several_texts_are_counted_together():
    (quote,) = suggest_all(["l’un", "l’autre"])

    assert len(quote.places) == 2


def test_every_mark_has_its_name():
    assert name("c\u0327") == "LATIN SMALL LETTER C + COMBINING CEDILLA"
    assert name("\x80") == "U+0080"


@given(st.text(max_size=60))
def test_result_is_gsm_or_what_is_left_was_named(text: str):
    found = suggest(text)
    left = {letter for one in found if one.becomes is None for letter in one.character}

    assert set(segments.count(safe(text)).odd) == left - segments.GSM
    assert {letter for one in found for letter in one.character} >= set(segments.count(text).odd)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_nothing_is_changed_unless_taken(text: str):
    assert apply(text, []) == text
    assert unicodedata.normalize("NFC", apply(text, ["’"])).count("’") == 0


@given(st.text(alphabet="aé’ç\u0301\u200b በ", max_size=30))
def test_places_are_where_the_character_stands(text: str):
    for one in suggest(text):
        assert {text[at : at + len(one.character)] for at in one.places} <= {one.character}
