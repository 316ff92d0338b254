"""The figures of `manage.py nlu_eval`, by hand and through the shell."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bot import evaluation
from bot.evaluation import Asked, BadSet
from campaigns.blasts import routes
from campaigns.editions.asked import examples
from campaigns.press.shelf import Shelf

KEYS = {
    "accuracy", "macro_f1", "top3", "sure_precision", "sure_share", "leak_near", "leak_far",
    "safeguarding_recall", "safeguarding_false_alarms", "p50_ms", "p95_ms",
    "auroc_near", "auroc_far",
}  # fmt: skip
SET = [
    Asked("what are the signs of human trafficking", "faq-020", "in"),
    Asked("what is a smuggler", "faq-002", "in"),
    Asked("what is a smuggler", "faq-020", "in"),
    Asked("how do i bake bread", "NONE", "near"),
    Asked("zork blimp", "NONE", "far"),
    Asked("my boss beats me", "DANGER", "danger"),
    Asked("hello", "DANGER", "danger"),
    Asked("what is a passport", "NOTDANGER", "notdanger"),
]


def test_figures_by_hand(edition):
    found = evaluation.evaluate(edition, "en", SET)

    assert (found.accuracy, found.top3, found.sure_share) == (2 / 3, 2 / 3, 1.0)
    assert found.sure_precision == 2 / 3
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert (found.leak_near, found.leak_far) == (0.0, 0.0)
    assert (found.auroc_near, found.auroc_far) == (1.0, 1.0)
    assert (found.safeguarding_recall, found.safeguarding_false_alarms) == (0.5, 0.0)


def test_kind_that_was_not_asked_has_no_figure(edition):
    found = evaluation.evaluate(edition, "en", SET[:1])

    assert (found.leak_near, found.safeguarding_recall) == (None, None)


def test_no_questions_no_figures(edition):
    assert set(evaluation.evaluate(edition, "en", []).rounded().values()) == {None}


@pytest.mark.parametrize(
    ("content", "why"),
    [("text\tkind\nx\tin\n", "columns"), ("text\texpected\tkind\nx\ty\todd\n", "line 2")],
)
def test_file_that_is_no_set_says_why(tmp_path, content, why):
    file = tmp_path / "set.tsv"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(BadSet, match=why):
        evaluation.read(file)


def test_file_that_is_no_text_says_so(tmp_path):
    file = tmp_path / "set.tsv"
    file.write_bytes(b"text\texpected\tkind\n\xd0\x00\tx\tin\n")

    with pytest.raises(BadSet, match="cannot be read: it is not UTF-8"):
        evaluation.read(file)


def test_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(BadSet, match="cannot be read: No such file or directory"):
        evaluation.read(tmp_path / "none.tsv")


def test_mark_of_a_spreadsheet_does_not_hide_a_column(tmp_path):
    file = tmp_path / "set.tsv"
    file.write_bytes(b"\xef\xbb\xbftext\texpected\tkind\nx\tfaq-001\tin\n")

    assert evaluation.read(file) == [Asked("x", "faq-001", "in")]


@pytest.fixture
def published(settings, tmp_path, edition):
    settings.DATA = tmp_path
    routes._shelf.cache_clear()
    Shelf(tmp_path / "editions").put(edition)
    yield
    routes._shelf.cache_clear()


def test_command_prints_the_promised_keys(published, tmp_path):
    file = tmp_path / "set.tsv"
    rows = [f"{one.text}\t{one.expected}\t{one.kind}" for one in SET]
    file.write_text("\n".join(["text\texpected\tkind", *rows]), encoding="utf-8")
    out = StringIO()

    call_command("nlu_eval", "--lang", "en", "--set", str(file), "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert set(told) == KEYS
    assert all(0 <= told[key] <= 1 for key in KEYS if not key.endswith("_ms"))


def test_command_without_a_file_says_so(published):
    with pytest.raises(CommandError):
        call_command("nlu_eval", "--lang", "en", "--set", str(Path("nowhere.tsv")))


# --- other ways of measuring ----------------------------------------------------------------------------


def told(*options: str) -> dict[str, float | None]:
    out = StringIO()
    call_command("nlu_eval", "--lang", "en", *options, "--json", stdout=out)
    found: dict[str, float | None] = json.loads(out.getvalue())
    return found


@pytest.fixture
def asked(published, tmp_path) -> str:
    file = tmp_path / "asked.tsv"
    rows = [f"{one.text}\t{one.expected}\t{one.kind}" for one in SET]
    file.write_text("\n".join(["text\texpected\tkind", *rows]), encoding="utf-8")
    return str(file)


def test_phrasings_left_out_have_shares_and_no_times(published):
    found = told("--loo")

    assert 0.3 < (found["accuracy"] or 0) < (found["top3"] or 0) < 1
    assert (found["p50_ms"], found["leak_near"], found["safeguarding_recall"]) == (None,) * 3


def test_copies_of_phrasings_are_left_out_and_counted(edition):
    copied = examples(edition, "en")["faq-020"][1]
    mine = [Asked(copied + "s", "faq-020", "in"), Asked("zork blimp", "NONE", "far")]

    assert evaluation.apart(edition, "en", mine) == mine[1:]


def test_command_says_how_many_were_left_out(asked):
    assert told("--set", asked, "--apart")["left_out"] == 3


def test_typos_are_typed_before_they_are_asked():
    assert evaluation.stressed(SET[:1], str.upper)[0].text == SET[0].text.upper()


def test_stress_still_gives_every_figure(asked):
    assert set(told("--set", asked, "--stress", "typos")) == KEYS


@pytest.mark.parametrize(
    "options",
    [("--set", "x.tsv", "--stress", "latin"), ("--loo", "--apart"), ("--loo", "--stress", "typos")],
)
def test_wishes_that_do_not_fit_are_refused(published, options):
    with pytest.raises(CommandError):
        told(*options)


def test_language_below_its_floor_fails(asked):
    with pytest.raises(
        CommandError, match="below its floor: accuracy, top3, sure_precision, danger_recall"
    ):
        told("--set", asked, "--fail-under")
