"""Settings from the environment and its file: what each word means, and each mistake in one sentence."""

import os
from datetime import timedelta
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


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"NJIA_ONE=1\nNJIA TWO\n", "Line 2 of {file} is not NAME=VALUE: mend it."),
        (b"NJIA_ONE=a\0b\n", "Line 1 of {file} is not NAME=VALUE: mend it."),
        (b"NJIA_ONE=\xff\n", "{file} cannot be read: it is not UTF-8 text."),
    ],
)
def test_broken_file_is_one_sentence(file, content, sentence):
    file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured) as caught:
        env.read_file(file)
    assert str(caught.value) == sentence.format(file=file)


def test_folder_in_place_of_the_file_is_one_sentence(file):
    file.mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read: Is a directory"):
        env.read_file(file)


def test_file_may_be_one_for_the_shell(file):
    file.write_text("\ufeffexport NJIA_ONE=1\n")
    env.read_file(file)
    assert os.environ["NJIA_ONE"] == "1"


def test_missing_secret_file_is_one_sentence(file, monkeypatch):
    monkeypatch.setenv("NJIA_ONE_FILE", str(file))
    with pytest.raises(ImproperlyConfigured) as caught:
        env.text("NJIA_ONE")
    assert str(caught.value) == (
        f"{file}, which NJIA_ONE_FILE names, cannot be read: No such file or directory."
    )


def test_empty_is_as_good_as_unset(file, monkeypatch):
    monkeypatch.setenv("NJIA_ONE", "")
    assert env.number("NJIA_ONE", 7) == 7
    assert env.flag("NJIA_ONE", default=True) is True
    assert env.folder("NJIA_ONE", Path("/there")) == Path("/there")
    assert env.file("NJIA_ONE") == ""


def test_relative_path_counts_from_the_checkout(file, monkeypatch):
    monkeypatch.setenv("NJIA_ONE", "data/one")
    monkeypatch.chdir(file.parent)
    assert env.folder("NJIA_ONE", Path("/there")) == env.ENV_FILE.parent / "data" / "one"
    assert env.file("NJIA_ONE") == str(env.ENV_FILE.parent / "data" / "one")


def test_choice_takes_its_words_only(monkeypatch):
    monkeypatch.setenv("NJIA_ONE", "debug")
    assert env.choice("NJIA_ONE", "INFO", "DEBUG") == "DEBUG"
    monkeypatch.setenv("NJIA_ONE", "loud")
    with pytest.raises(ImproperlyConfigured, match="must be one of INFO, DEBUG, not 'LOUD'"):
        env.choice("NJIA_ONE", "INFO", "DEBUG")


@pytest.mark.parametrize(
    ("port", "network_port", "both"),
    [("", "", (8000, 8001)), ("65535", "", (65535, 65534)), ("8500", "8400", (8500, 8400))],
)
def test_network_has_the_next_port(port, network_port, both, monkeypatch):
    monkeypatch.setenv("NJIA_PORT", port)
    monkeypatch.setenv("NJIA_NETWORK_PORT", network_port)
    assert env.ports() == both


@pytest.mark.parametrize(
    ("port", "network_port", "sentence"),
    [
        ("99999", "", "NJIA_PORT must be a port from 1 to 65535, not 99999."),
        ("0", "", "NJIA_PORT must be a port from 1 to 65535, not 0."),
        ("-1", "", "NJIA_PORT must be a whole number, not '-1'."),
        ("8500", "8500", "NJIA_PORT and NJIA_NETWORK_PORT must differ: both are 8500."),
    ],
)
def test_impossible_port_is_one_sentence(port, network_port, sentence, monkeypatch):
    monkeypatch.setenv("NJIA_PORT", port)
    monkeypatch.setenv("NJIA_NETWORK_PORT", network_port)
    with pytest.raises(ImproperlyConfigured) as caught:
        env.ports()
    assert str(caught.value) == sentence


def test_days_are_at_least_one_and_end_some_time(monkeypatch):
    monkeypatch.setenv("SOME", "30")
    assert env.days("SOME", 7, most=30) == timedelta(days=30)

    for value in ("0", "31", "-1", "ever"):
        monkeypatch.setenv("SOME", value)
        with pytest.raises(ImproperlyConfigured, match="SOME must be"):
            env.days("SOME", 7, most=30)


def test_networks_are_listed_or_simply_private(monkeypatch):
    monkeypatch.setenv("SOME", "196.0.2.0/24, private")
    found = env.networks("SOME")
    assert str(found[0]) == "196.0.2.0/24"
    assert len(found) == 1 + len(env.PRIVATE)

    monkeypatch.setenv("SOME", "")
    assert env.networks("SOME") == ()

    monkeypatch.setenv("SOME", "caddy")
    with pytest.raises(ImproperlyConfigured, match=r"or say private, not 'caddy'\.$"):
        env.networks("SOME")
