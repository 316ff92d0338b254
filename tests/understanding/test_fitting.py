"""A language is fitted in a process of its own, to the same matcher as here."""

import pytest

from understanding import fitting, matcher

MANY = {
    f"answer-{n}": [f"how do i ask question {n} in way {m}" for m in range(20)] for n in range(25)
}
FEW = {"sea": ["is the boat safe", "boat at night"], "pay": ["my wages", "no pay"]}


@pytest.mark.parametrize("examples", [MANY, FEW], ids=["many", "few"])
def test_packed_elsewhere_or_here_ranks_the_same(examples):
    found = matcher.from_bytes(fitting.packed(examples, "en"))

    again = matcher.from_bytes(matcher.fit(examples, "en").to_bytes())
    assert dict(found.rank("question 7")) == pytest.approx(
        dict(again.rank("question 7")),
        abs=0.01,  # weights are kept at half precision
    )


def test_where_no_process_can_be_had_it_is_fitted_here(monkeypatch, caplog):
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    found = matcher.from_bytes(fitting.packed(MANY, "en"))

    assert found.ids == tuple(MANY)
    assert caplog.messages == ["matcher of en is fitted here: FileNotFoundError"]


def test_language_in_its_own_letters_comes_through():
    amharic = {f"a{n}": [f"ጥያቄ {n} እንዴት ነው {m}" for m in range(20)] for n in range(20)}

    assert matcher.from_bytes(fitting.packed(amharic, "am")).rank("ጥያቄ 3 እንዴት ነው 4")[0][0] == "a3"
