"""Everything looked at once, and what the command says of it."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.utils import timezone, translation

from operations import doctor
from operations.checks import CHECKS
from operations.doctor import examine
from operations.findings import Check, Finding

pytestmark = pytest.mark.django_db
NOW = timezone.now()
STANDS = Finding("{what} stands.", "Push {what}.", {"what": "It"}, since=NOW)
LEANS = Finding("It leans.", "Look.", wrong=False)


def finds(name: str, *found: Finding) -> Check:
    return Check(name, name.title(), lambda _at: found)


def away(_at):
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column")


def told(*words: str) -> str:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def three(monkeypatch):
    rows = (finds("one"), finds("two", STANDS, LEANS), finds("three", LEANS))
    monkeypatch.setitem(examine.__kwdefaults__, "checks", rows)


def test_every_check_has_a_name_of_its_own_and_ends():
    found = list(examine(at=NOW, slow=False))

    assert [one.check.name for one in found] == [
        name for name, check in CHECKS.items() if not check.slow
    ]


def test_check_whose_store_is_away_holds_up_no_other():
    rows = list(examine(at=NOW, checks=(Check("away", "Away", away), finds("two", LEANS))))

    assert [one.sentence() for one in rows[0].findings] == [
        "Could not be looked at: ProgrammingError."
    ]
    assert [(one.ok, len(one.findings)) for one in rows] == [(False, 1), (True, 1)]


def test_store_that_goes_away_is_one_of_the_known_ends():
    assert issubclass(OperationalError, doctor.AWAY)


def test_command_says_what_is_wrong_and_what_to_do(three):
    assert told().splitlines() == [
        "ok     One",
        "WRONG  Two: It stands.",
        "       -> Push It.",
        "look   Two: It leans.",
        "       -> Look.",
        "look   Three: It leans.",
        "       -> Look.",
    ]


def test_command_tells_programs_the_same(three):
    said = json.loads(told("--json"))

    assert (said["ok"], [(one["check"], one["ok"]) for one in said["checks"]]) == (
        False,
        [("one", True), ("two", False), ("three", True)],
    )
    assert said["checks"][1]["findings"][0] == {
        "said": "It stands.",
        "do": "Push It.",
        "about": "",
        "country": "",
        "wrong": True,
        "since": NOW.isoformat(),
    }


def test_command_ends_well_where_nothing_is_wrong(monkeypatch, capsys):
    monkeypatch.setitem(examine.__kwdefaults__, "checks", (finds("one", LEANS),))

    call_command("doctor", "--json")

    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_every_sentence_can_be_translated_and_filled():
    with translation.override("ar"):
        assert STANDS.sentence() == "It stands."
        assert all(check.label for check in CHECKS.values())
