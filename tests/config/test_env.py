import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import env


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A .env file; what it sets is forgotten after the test."""
    monkeypatch.delenv(env.TESTING)
    for name in ("NJIA_ONE", "NJIA_TWO"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path / ".env"


def test_file_sets_what_the_environment_does_not(file, monkeypatch):
    monkeypatch.setenv("NJIA_TWO", "mine")
    file.write_text("# NJIA_TWO=no\n\nNJIA_ONE='a=b # c'\nNJIA_TWO=theirs\n")
    env.read_file(file)
    assert (os.environ["NJIA_ONE"], os.environ["NJIA_TWO"]) == ("a=b # c", "mine")


def test_file_is_not_read_during_tests(file, monkeypatch):
    file.write_text("NJIA_ONE=1\n")
    monkeypatch.setenv(env.TESTING, "x")
    env.read_file(file)
    assert "NJIA_ONE" not in os.environ


def test_missing_file_is_no_trouble(file):
    env.read_file(file)
    assert "NJIA_ONE" not in os.environ


def test_text_reads_a_secret_from_the_file_that_is_named(file, monkeypatch):
    file.write_text("hidden\n")
    monkeypatch.setenv("NJIA_ONE_FILE", str(file))
    assert env.text("NJIA_ONE") == "hidden"


@pytest.mark.parametrize(
    ("word", "meaning"), [("yes", True), ("0", False), ("", False), ("ON", True)]
)
def test_flag_takes_the_usual_words(word, meaning, monkeypatch):
    monkeypatch.setenv("NJIA_ONE", word)
    assert env.flag("NJIA_ONE") is meaning


def test_nonsense_is_one_sentence(monkeypatch):
    monkeypatch.setenv("NJIA_ONE", "perhaps")
    with pytest.raises(
        ImproperlyConfigured, match=r"^NJIA_ONE must be yes or no, not 'perhaps'\.$"
    ):
        env.flag("NJIA_ONE")


def test_words_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("NJIA_ONE", " a , ,b")
    assert env.words("NJIA_ONE") == ["a", "b"]
