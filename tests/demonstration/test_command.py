"""`manage.py demonstrate`: make, remove, refuse."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from demonstration.models import Year
from tests.campaigns import scene
from tests.campaigns.scene import Scene

pytestmark = pytest.mark.django_db


def told(*words: str) -> dict[str, int]:
    out = StringIO()
    call_command("demonstrate", *words, "--json", stdout=out, stderr=StringIO())
    found: dict[str, int] = json.loads(out.getvalue())
    return found


def test_command_makes_a_year_and_removes_it(house: Scene):
    made = told("--year", "--people", "12", "--months", "1")

    assert Year.objects.get().sums == made
    removed = told("--remove")
    assert removed["blasts"] == made["blasts"]
    assert Year.objects.count() == 0


def test_command_refuses_beside_people(house: Scene):
    scene.people(1)

    with pytest.raises(CommandError, match="whom no demonstration invented"):
        told("--year")


@pytest.mark.parametrize("words", [(), ("--year", "--remove")])
def test_command_wants_one_thing(words: tuple[str, ...]):
    with pytest.raises(CommandError):
        call_command("demonstrate", *words)
