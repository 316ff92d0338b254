"""What phrasings mean is encoded in slices, learnt when complete, and taken up by what chats rank with."""

from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as deployment

from bot import matchers, meanings
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from tests.editions import edition as small
from tests.understanding.encoders import Words
from understanding import encoder
from understanding.fused import Fused


@pytest.fixture
def by() -> Words:
    return Words()


@pytest.fixture
def served(settings, tmp_path: Path) -> Edition:
    """An edition whose file lies on the shelf of this deployment."""
    settings.DATA = tmp_path
    made = small(mark=tmp_path.name)
    Shelf(tmp_path / "editions").put(made)
    return made


def phrasings(made: Edition) -> int:
    return sum(map(len, meanings._taught([made]).values()))


def files(ending: str) -> list[Path]:
    return sorted(deployment.DATA.rglob(f"*.{ending}"))


def test_phrasings_are_encoded_once(served, by):
    assert meanings.learn([served], by) == 0
    assert meanings.learn([served], by) == 0

    assert len(by.read) == phrasings(served)


def test_slice_that_ends_early_keeps_what_it_has(served, by):
    lacking = meanings.learn([served], by, seconds=0)

    assert 0 < lacking <= phrasings(served)
    assert files("meaning") == []
    while meanings.learn([served], by, seconds=0.001):
        pass
    assert len(by.read) == phrasings(served)


def test_what_is_learnt_lies_beside_the_edition(served, by):
    meanings.learn([served], by)

    assert len(files("meaning")) == len(matchers.of(served).languages)
    assert {path.parent.name for path in files("meaning")} == {"editions"}


def test_chats_rank_by_spelling_until_meaning_is_learnt(served, by):
    before = meanings.Weighed(served, by)
    spelled = before.rank("is the vessel safe", "en")
    meanings.learn([served], by)
    after = meanings.Weighed(served, by)

    assert spelled == matchers.of(served).rank("is the vessel safe", "en")
    assert before._fused("en") is None
    assert [type(after._fused(base)) for base in ("en", "am")] == [Fused, Fused]
    assert len(after.rank("is the vessel safe", "en")) == len(spelled)


def test_damaged_file_is_learnt_again(served, by):
    meanings.learn([served], by)
    path = files("meaning")[0]
    path.write_bytes(b"half")
    base = path.name.split(".")[1]

    assert meanings.kept(served, base, by) is None
    meanings.learn([served], by)
    assert meanings.kept(served, base, by) is not None


def test_damaged_vectors_are_encoded_again(served, by):
    meanings.learn([served], by)
    files("npz")[0].write_bytes(b"half")

    assert meanings.learn([served], by) == 0
    assert len(by.read) > phrasings(served)


def test_vectors_of_phrasings_no_longer_asked_go(served, by):
    base = matchers.of(served).languages[0]
    gone = {1: np.zeros(by.width, np.float32)}
    meanings.learn([], by)
    meanings._write(base, by, gone)

    meanings.learn([served], by)

    assert 1 not in meanings._read(base, by)


def test_edition_without_a_file_is_served_by_nobody_and_learns_nothing(settings, tmp_path, by):
    settings.DATA = tmp_path
    made = small(mark="nowhere")

    assert meanings.learn([made], by) == 0
    assert files("meaning") == []


def test_second_worker_leaves_the_first_alone(served, by):
    with meanings._alone() as mine:
        lacking = meanings.learn([served], by)

    assert mine
    assert lacking == phrasings(served)
    assert by.read == []


@pytest.mark.semantic
def test_installed_encoder_is_what_chats_rank_with(served, monkeypatch):
    monkeypatch.setenv("NJIA_SEMANTIC", "on")
    encoder.installed.cache_clear()
    installed = encoder.installed()

    assert installed
    assert isinstance(meanings.of(served), meanings.Weighed)
    assert meanings.learn([served], installed, seconds=60) == 0
    assert meanings.of(served).rank("is it safe on the sea", "en")[0][1] > 0
    encoder.installed.cache_clear()
