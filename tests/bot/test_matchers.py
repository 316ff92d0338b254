"""Matchers per edition, and the free question of USSD."""

import fcntl
import threading
from pathlib import Path

import pytest
from django.conf import settings as deployment

from bot import alarm, matchers, words
from bot.matchers import Matchers
from campaigns.editions import asked
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from tests.editions import DANGER, MADE, SAFE
from tests.editions import edition as small
from understanding import matcher

OTHER = matcher.fit({"other": ["something else", "quite different"]}, "en").to_bytes()


@pytest.fixture
def shelved(settings, tmp_path: Path) -> Edition:
    """An edition whose file lies on the shelf of this deployment."""
    settings.DATA = tmp_path
    made = small(mark="shelved")
    Shelf(tmp_path / "editions").put(made)
    return made


def beside(made: Edition, ending: str = "en.*.matcher") -> list[Path]:
    return sorted((deployment.DATA / "editions").glob(f"{made.id}.{ending}"))


def test_edition_is_fitted_once():
    made = small(mark="once")

    assert matchers.of(made) is matchers.of(made)


def test_old_editions_are_let_go():
    first = matchers.of(small(mark="first"))
    for n in range(matchers.EDITIONS_MOST):
        matchers.of(small(mark=str(n)))

    assert matchers.of(small(mark="first")) is not first


def test_edition_that_is_only_looked_at_takes_no_place_of_one_in_use():
    used = matchers.of(small(mark="used"))
    looked_at = [small(mark=f"looked at {n}") for n in range(matchers.LOOKED_AT_MOST + 2)]

    found = [matchers.looked_at(one) for one in looked_at]

    assert matchers.of(small(mark="used")) is used
    assert matchers.looked_at(looked_at[-1]) is found[-1]
    assert matchers.looked_at(looked_at[0]) is not found[0]
    assert matchers.looked_at(small(mark="used")) is used


def test_one_language_is_made_ready_behind_the_scenes():
    made = Matchers(small(mark="ready"))

    first = made.ready("sw")
    thread = next((one for one in threading.enumerate() if one.name == "matcher"), None)
    if thread:
        thread.join(20)

    assert (first, made.ready("sw"), made.ready("zz")) == (False, True, True)
    assert made.rank("je njia ya saudi ni hatari", "sw")[0][0] == DANGER


def test_draft_borrows_the_matcher_of_an_edition_with_the_same_phrasings(shelved: Edition):
    Matchers(shelved).warm()
    (kept,) = beside(shelved)
    kept.write_bytes(OTHER)

    draft = Matchers(small(mark="a draft"))

    assert draft.rank("something else", "en")[0][0] == "other"


def test_phrasings_of_both_scripts_teach_one_matcher(edition):
    found = asked.examples(edition, "am")

    assert all(len(texts) == len(set(texts)) for texts in found.values())
    assert edition.items["faq-020"].texts["am"].title in found["faq-020"]


def test_language_without_phrasings_ranks_nothing():
    assert matchers.of(small()).rank("x", "zz") == []


def test_ask_finds_answers_and_hears_danger():
    ask = matchers.asker(small)

    assert ask("how do i get a passport", "en") == ((SAFE, DANGER), False)
    assert ask("they locked me in a house", "en") == ((), True)
    assert ask("zork blimp", "en") == ((), False)


@pytest.mark.parametrize("text", ["help", "saidia", "talk to a person", "እርዳታ"])
def test_word_that_asks_for_help_leads_to_help(text):
    assert matchers.asker(small)(text, "en") == ((), True)


@pytest.mark.parametrize("text", ["mimi ni mtoto", "nataka kuongea na mtu", "thanks"])
def test_ask_hears_what_chats_hear(text):
    """What steers or tells an age is no cry for being like one."""
    assert matchers.asker(small)(text, "sw")[1] == (words.word(text) == "person")
    assert alarm.danger_in(text) is None


def test_ask_without_an_edition_finds_nothing():
    assert matchers.asker(lambda: None)("passport", "en") == ((), False)


# --- kept beside the edition's file ---------------------------------------------------------------------


def test_matcher_is_left_for_other_processes(shelved: Edition):
    Matchers(shelved).rank("passport", "en")
    (path,) = beside(shelved)
    path.write_bytes(OTHER)  # so that one sees who reads it

    assert [name for name, _ in Matchers(shelved).rank("something else", "en")] == ["other"]


def test_warming_leaves_one_matcher_a_language(shelved: Edition):
    Matchers(shelved).warm()

    assert [path.name.split(".")[1] for path in beside(shelved, "*.matcher")] == ["am", "en", "sw"]
    assert beside(shelved, "*.part") == []


def test_process_that_fitted_and_one_that_took_up_give_the_same_probabilities(shelved: Edition):
    nowhere = small(mark="nowhere")

    fitted = Matchers(shelved).rank("visa for work", "en")

    assert Matchers(shelved).rank("visa for work", "en") == fitted
    assert Matchers(nowhere).rank("visa for work", "en") == fitted


def test_edition_that_is_not_on_the_shelf_leaves_nothing(shelved: Edition):
    nowhere = small(mark="nowhere")

    Matchers(nowhere).warm()

    assert beside(nowhere, "*") == []


@pytest.mark.parametrize("damaged", [b"", b"no matcher", OTHER[:200], OTHER[:-30]])
def test_damaged_matcher_is_fitted_again(
    shelved: Edition, damaged: bytes, caplog: pytest.LogCaptureFixture
):
    Matchers(shelved).rank("passport", "en")
    (path,) = beside(shelved)
    whole = path.read_bytes()
    path.write_bytes(damaged)

    ranked = Matchers(shelved).rank("passport", "en")

    assert ranked[0][0] == SAFE
    assert matcher.from_bytes(path.read_bytes()).ids == matcher.from_bytes(whole).ids
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_one_process_fits_while_the_other_waits(shelved: Edition):
    Matchers(shelved).rank("passport", "en")
    (path,) = beside(shelved)
    path.unlink()
    ranked: list[str] = []

    def ask() -> None:
        ranked.extend(name for name, _ in Matchers(shelved).rank("something else", "en"))

    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as the other process does while it fits
        waiting = threading.Thread(target=ask)
        waiting.start()
        waiting.join(timeout=0.3)
        assert waiting.is_alive()
        path.write_bytes(OTHER)
    waiting.join(timeout=30)

    assert ranked == ["other"]


def test_matcher_leaves_with_its_edition(shelved: Edition):
    Matchers(shelved).warm()
    shelf = Shelf(deployment.DATA / "editions")
    for year in (2027, 2028, 2029):
        shelf.put(small(mark=str(year), made_at=MADE.replace(year=year)))

    Shelf(shelf.folder, clock=lambda: MADE.replace(year=2030)).refresh()

    assert beside(shelved, "*") == []


def test_next_edition_borrows_the_matcher_of_one_with_the_same_phrasings(shelved: Edition):
    Matchers(shelved).rank("passport", "en")
    (path,) = beside(shelved)
    path.write_bytes(OTHER)  # so that one sees who reads it
    after = small(mark="after", made_at=MADE.replace(year=2027))
    Shelf(path.parent).put(after)

    ranked = Matchers(after).rank("something else", "en")

    assert [name for name, _ in ranked] == ["other"]
    assert [one.read_bytes() for one in beside(after)] == [OTHER]


def test_nothing_is_borrowed_from_a_damaged_matcher(shelved: Edition):
    Matchers(shelved).rank("passport", "en")
    beside(shelved)[0].write_bytes(b"no matcher")
    after = small(mark="after", made_at=MADE.replace(year=2027))
    Shelf(deployment.DATA / "editions").put(after)

    assert Matchers(after).rank("passport", "en")[0][0] == SAFE


def test_other_phrasings_make_another_mark():
    assert len({matchers.mark({"a": [text]}) for text in ("one", "two", "one")}) == 2


def test_folder_that_takes_no_file_costs_a_fit_and_no_answer(
    shelved: Edition, caplog: pytest.LogCaptureFixture
):
    mark = matchers.mark(asked.examples(shelved, "en"))
    lock = deployment.DATA / "editions" / f"{shelved.id}.en.{mark}.lock"
    lock.mkdir()  # not even root opens it for writing

    assert Matchers(shelved).rank("passport", "en")[0][0] == SAFE
    assert [record.message.partition(":")[0][-11:] for record in caplog.records] == ["is not kept"]
