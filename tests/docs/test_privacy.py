"""docs/privacy.md says what is so: its map is the product's own, its commands work, what it names is there."""

import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.urls import reverse

from people import datamap, staff
from people.breach import CLOCK
from people.countries import COUNTRIES
from people.keeping import KINDS
from people.revealing import MOST_AN_HOUR
from tests.campaigns import scene
from tests.campaigns.conftest import deployment, judge  # noqa: F401 - fixtures
from ussd.sessions import LIFE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "privacy.md").read_text("utf-8")
COMMANDS = re.findall(r"^ *python manage\.py (.+)$", TEXT, re.MULTILINE)
DAYS = {  # docs, "How long": defaults that law and donors were told
    "people": 365,
    "after-campaign": 30,
    "subjects": 7 * 365,
    "questions": 90,
    "cases": 90,
    "closed-cases": 30,
    "problems": 90,
    "calls": 90,
    "journal": 7,
}


def between(first: str, last: str) -> str:
    return TEXT.partition(first)[2].partition(last)[0]


def test_map_is_the_products_own():
    shown = between("<!-- data map: begin -->\n", "\n<!-- data map: end -->")

    assert shown == datamap.as_table().strip()


def test_law_has_a_row_of_each_country_with_its_evidence():
    rows = between("## The law, country by country", "\n## ").splitlines()
    told = {row.split("|")[1].strip(): row for row in rows if row.startswith("| ")}

    names = {str(country.name) for country in COUNTRIES.values()}
    assert names <= set(told)
    assert [one for one in names if not re.search(r"\*\*\[\w[\w ,]*\]\*\*", told[one])] == []


@pytest.mark.parametrize(("code", "days"), DAYS.items())
def test_retention_has_the_defaults_that_were_agreed(code, days):
    assert KINDS[code].age == timedelta(days=days)


def test_session_state_lives_for_minutes():
    assert LIFE <= 600


def test_figures_in_its_sentences_are_those_of_the_code():
    assert f"{MOST_AN_HOUR} an hour" in TEXT
    assert f"{CLOCK // timedelta(hours=1)} hours from when it was known" in TEXT
    assert reverse("people:purges") in TEXT
    assert "NJIA_KEEP_" in (ROOT / ".env.example").read_text("utf-8")


def test_files_it_leads_to_exist():
    links = [one for one in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in one]

    assert [one for one in links if not (ROOT / "docs" / one).exists()] == []


@pytest.mark.django_db
def test_commands_of_a_breach_work_as_they_stand(deployment, tmp_path, monkeypatch, capsys):  # noqa: F811
    staff.install_roles()
    by = staff.hire("NAME", "administrator", countries=["KE"], password="x")
    by.user_permissions.add(Permission.objects.get(codename="plan_blast"))
    scene.people(1)
    blast = scene.started()
    monkeypatch.chdir(tmp_path)

    for command in COMMANDS:
        call_command(*shlex.split(command))

    blast.refresh_from_db()
    assert (blast.state, len(COMMANDS)) == ("stopped", 2)
    assert "Tell the authority before 2026-03-05 09:00" in capsys.readouterr().out
    assert len((tmp_path / "affected.csv").read_text().splitlines()) > 1


def test_what_is_not_protected_is_said_in_words():
    left = [row.split("|")[3].strip() for row in between("## Threats", "**Not protected").splitlines()
            if row.startswith("| ")]  # fmt: skip

    assert len(left) > 10
    assert all(left)
    assert "Not protected at all" in TEXT
