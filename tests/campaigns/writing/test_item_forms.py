"""What editors type of an answer: refused where no phone would ever ask so."""

import pytest

from campaigns.models import Sort
from campaigns.writing.item_forms import LONGEST_PHRASING, WordsForm


def typed(phrasings: str) -> WordsForm:
    return WordsForm({"title": "A title", "phrasings": phrasings}, kind=Sort.FAQ.value)


def test_ways_of_asking_come_one_a_line():
    form = typed("how do I go\r\n\r\n  where is it ")

    assert form.is_valid()
    assert form.cleaned_data["phrasings"] == ("how do I go", "where is it")


@pytest.mark.parametrize(("length", "sound"), [(LONGEST_PHRASING, True), (2000, False)])
def test_way_of_asking_is_no_longer_than_a_question(length, sound):
    form = typed(f"how do I go\n{'x' * length}")

    assert form.is_valid() is sound
    assert list(form.errors) == ([] if sound else ["phrasings"])
