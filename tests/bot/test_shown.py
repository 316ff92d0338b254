"""Words of people are looked at again each time they are shown."""

import pytest

from bot.shown import clean, opened, seen
from people import identity


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I am 17 and want to go", "I am 17 and want to go"),
        ("call 0712 345 678 now", "call [...] now"),
        ("my code is 12 3", "my code is [...]"),
        ("رقمي ٠٧١٢٣٤٥", "رقمي [...]"),
        ("write to anna@example.org", "write to [...]"),
        ("see http://example.org/x or @anna", "see [...] or [...]"),
        ("passport 123-45", "passport [...]"),
    ],
)
def test_numbers_and_addresses_are_not_shown(text, shown):
    assert seen(text) == shown


def test_seal_that_does_not_open_shows_nothing():
    assert (opened("nonsense"), opened("")) == ("", "")
    assert opened(identity.seal("ask 12345 there")) == "ask [...] there"


@pytest.mark.parametrize(
    ("text", "fit"),
    [("is the sea safe?", True), ("I am 17", True), ("ask [...] there", False), ("id ٤٥٦", False)],
)
def test_way_of_asking_has_neither_number_nor_gap(text, fit):
    assert clean(text) == fit
