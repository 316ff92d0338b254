"""Who says that they are under 18 is heard, in every language and script, and nobody else."""

import pytest

from people import ages
from people.lists import age_band
from people.models import AgeBand

MINORS = [
    "I am a child",
    "I'm 15 years old",
    "im 16",
    "15 years old",
    "only 12 years",
    "I am 15 and want to go to Saudi",
    "ልጅ ነኝ",
    "፲፭ ዓመት",
    "miaka 14",
    "nina miaka 14",
    "waxaan ahay ilmo",
    "١٥ سنة",
    "عمري ١٥",
    "أنا قاصر",
    "j'ai 15 ans",
    "je suis mineure",
]
OTHERS = [
    "",
    "15",
    "I am 25 years old",
    "I am 15 km from the border",
    "my son is 15 years old",
    "i work as a child protection officer",
    "mtoto",
    "ilmo",
    "is a child allowed to travel?",
    "18 years",
    "x" * 3000,
]


@pytest.mark.parametrize("text", MINORS)
def test_minor_hears_who_says_so_of_themselves(text):
    assert ages.minor(text) is True


@pytest.mark.parametrize("text", OTHERS)
def test_minor_hears_nothing_else(text):
    assert ages.minor(text) is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("17", "minor"),
        ("١٧", "minor"),
        ("፲፯", "minor"),
        ("mtoto", "minor"),
        ("ilmo", "minor"),
        ("17yrs", "minor"),
        ("aged 17", "minor"),
        ("am 17 years old please help", "minor"),
        ("16 but my mother is 40", "minor"),
        ("17 or 18", "minor"),
        ("17.5", "minor"),
        ("below 18", "minor"),
        ("not yet 18", None),
        ("bado 18", None),
        ("ከ18 አመት በታች", None),
        ("-18", None),
        ("<18", None),
        ("call 0711000017", None),
        ("17,000", None),
        ("18+", "adult"),
        ("18 years", "adult"),
        ("I'm 25 years old", "adult"),
        ("nina miaka 30", "adult"),
        ("18", "adult"),
        ("٣٠", "adult"),
        ("8", None),
        ("99", None),
        ("2026", None),
        ("yes", None),
        ("", None),
    ],
)
def test_answer_reads_an_age_in_every_script(text, told):
    assert ages.answer(text) == told


@pytest.mark.parametrize("cell", ["ልጅ", "ilmo", "قاصر", "١٥", "፲፭", "mineure", "ቆልዓ"])
def test_cell_of_a_list_tells_a_child_in_every_script(cell):
    assert age_band(cell) is AgeBand.UNDER_18


@pytest.mark.parametrize(("cell", "band"), [("٢٠", "18-24"), ("፴", "25-34"), ("", "unknown")])
def test_cell_of_a_list_tells_everybody_else_as_before(cell, band):
    assert age_band(cell) == band
