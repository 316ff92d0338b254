"""Lines of a stored edition: written so that they come back equal, and read no sooner than asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.editions import leaves
from campaigns.editions.leaves import Later, Leaves, Sheets

LINES = st.lists(st.text(alphabet='a,]}["\\é\n'), min_size=1).map(
    lambda texts: [leaves.write(text).encode() for text in texts]
)


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    words: tuple[str, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)


def test_value_is_made_when_asked_for_and_once():
    asked: list[str] = []

    def make(text: str) -> int:
        asked.append(text)
        return int(text)

    made = Leaves({"a": "1", "b": "2"}, make)

    assert (list(made), len(made), "a" in made, "c" in made) == (["a", "b"], 2, True, False)
    assert asked == []
    assert (made["b"], made["b"], asked) == (2, 2, ["2"])


def test_key_that_is_not_there_is_an_error_or_none():
    made = Leaves({"a": "1"}, int)

    assert made.get("z") is None
    with pytest.raises(KeyError, match="z"):
        made["z"]


def test_mappings_read_late_equal_those_at_hand():
    assert Leaves({"a": "1"}, int) == {"a": 1}
    assert Later(lambda: {"a": 1}) == {"a": 1} == dict(Later(lambda: {"a": 1}))
    assert Later(lambda: {"a": 1}) != {"a": 2}


def test_whole_mapping_is_made_once():
    made = Later(lambda: {"a": object()})

    assert made["a"] is made["a"]
    assert (list(made), len(made)) == (["a"], 1)


def test_value_is_written_without_what_is_as_by_default():
    assert leaves.write(Thing("x")) == '{"name":"x"}'
    assert leaves.write(Thing("x", ("é",), {"n": 1})) == '{"more":{"n":1},"name":"x","words":["é"]}'


def test_order_is_kept_only_where_it_says_something():
    assert leaves.write({"b": 1, "a": 2}) == '{"a":2,"b":1}'
    assert leaves.write({"b": 1, "a": 2}, ordered=True) == '{"b":1,"a":2}'


def test_mapping_read_late_can_be_written():
    assert leaves.write(Later(lambda: {"a": 1})) == '{"a":1}'


def test_what_has_no_form_in_json_is_refused():
    with pytest.raises(TypeError, match="set has no place in an edition"):
        leaves.write({"a": {1}})


def test_lists_come_back_as_tuples():
    assert leaves.read(Thing, {"name": "x", "words": ["a", "b"]}) == Thing("x", ("a", "b"))
    assert leaves.tuples([["a", ["b"]], {"c": ["d"]}]) == (("a", ("b",)), {"c": ("d",)})


def test_field_of_a_later_release_is_passed_over():
    assert leaves.read(Thing, {"name": "x", "colour": "red"}) == Thing("x")


def test_field_of_a_later_release_is_filled_by_default():
    assert leaves.read(Thing, {"name": "x"}, words=("given",)) == Thing("x", ("given",))


def test_equal_values_are_written_once():
    sheets, twice = Sheets(), Thing("x")

    assert [sheets.place(one) for one in (twice, twice, Thing("y"), Thing("x"))] == [0, 0, 1, 0]
    assert sheets.line() == '[{"name":"x"},{"name":"y"}]'


@given(lines=LINES)
def test_lines_come_back_as_they_were_bound(lines: list[bytes]):
    title, found = leaves.unbind(leaves.bind({"id": "x"}, lines))

    assert (title["id"], found) == ("x", lines)


@pytest.mark.parametrize("stored", [b"", b"{}", b'"x"', b'{"content":{}}', b'{"content":[1]}'])
def test_what_was_not_bound_is_refused(stored: bytes):
    with pytest.raises(ValueError, match=r"not bound|Expecting|Extra"):
        leaves.unbind(stored)


def test_digest_tells_where_lines_end():
    assert leaves.digest([b"1", b"2"]) != leaves.digest([b"12"])
    assert len(leaves.digest([b"1"])) == 16
