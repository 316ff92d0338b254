"""Each concept of danger, said in each language by invented people, ends in the soft answer and a case."""

import pytest

from tests.bot.dangers import ROWS
from understanding.safeguarding import hears_danger

CONCEPTS = {
    "adrift", "beaten", "burned", "held", "home at night", "no air", "organs", "poison",
    "ransom", "sold", "taken child", "weapon",
}  # fmt: skip
LANGUAGES = {"am", "ar", "en", "fr", "om", "so", "sw", "ti"}


def test_every_concept_is_said_in_every_language():
    assert {(row["language"], row["concept"]) for row in ROWS} == {
        (language, concept) for language in LANGUAGES for concept in CONCEPTS
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['language']} {row['concept']}")
def test_concept_is_heard(row):
    assert hears_danger(row["text"]) is not None
