"""S14: a kill switch per campaign and country, and a list of who a breach affects, in minutes."""

import csv
import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import approval, brake, sending, settling
from campaigns.blasts.permits import Refused
from campaigns.models import Blast, Campaign
from people import breach, staff
from people.models import AuditEntry, Person, Subject
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
PEOPLE = 6_000
SECONDS = 5.0
MANY = """
INSERT INTO people_subject (token, subject, language, met_at, seen_at)
SELECT 't1.' || n, gen_random_uuid(), '', now(), now() FROM generate_series(1, 100000) AS n
"""
WHY = "A laptop with a copy of the database was lost."


@pytest.fixture
def administrator():
    staff.install_roles()
    return staff.hire("an-administrator", "administrator", countries=["KE"], password="x")


def states() -> list[str]:
    return list(Blast.objects.order_by("pk").values_list("state", flat=True))


def send_all(blast: Blast) -> None:
    """What a worker does, in a thread of its own."""
    sending.run(blast.pk, seconds=60, threads=1)
    connection.close()


# --- the switch ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_switch_drains_the_queue_in_seconds(deployment):
    scene.people(PEOPLE)
    blast, by = scene.started(), scene.planner()
    with ThreadPoolExecutor(1) as pool:
        sender = pool.submit(send_all, blast)
        scene.wait_for(deployment.record)
        before = time.monotonic()
        brake.stop_all(by=by, at=timezone.now(), country="KE")
        sender.result()
    settling.tend()

    sent = len(deployment.record())
    assert time.monotonic() - before < SECONDS
    assert sending.run(blast.pk) == 0
    assert 0 < sent < PEOPLE
    assert scene.fates(blast) == {"accepted": sent, "excluded": PEOPLE - sent}


def test_switch_of_a_country_ends_its_blasts_in_whatever_state():
    scene.people(1)
    scene.people(1, "UG", first=1)
    scene.planned(), scene.approved(), scene.started(), scene.planned(audience="UG")

    stopped = brake.stop_all(by=scene.planner(), at=timezone.now(), country="KE")

    assert states() == ["stopped", "stopped", "stopped", "planned"]
    assert (len(stopped.blasts), stopped.others) == (3, ())


def test_switch_of_a_campaign_leaves_the_others():
    Campaign.objects.create(code="care", name="Care", protection=True)
    scene.people(1)
    scene.started(), scene.planned(campaign="care")

    brake.stop_all(by=scene.planner(), at=timezone.now(), campaign="care")

    assert states() == ["running", "stopped"]


def test_switch_is_for_who_plans_or_approves():
    scene.people(1)
    scene.started()

    with pytest.raises(Refused, match="may not stop"):
        brake.stop_all(by=scene.staff("hana"), at=timezone.now(), country="KE")
    with pytest.raises(Refused, match="which country"):
        brake.stop_all(by=scene.planner(), at=timezone.now())
    assert states() == ["running"]


def test_blasts_into_foreign_countries_go_on_and_are_named():
    scene.people(1)
    both = scene.started(audience="all")
    kenyan = scene.staff("wanjiru", "approve_blast", countries=("KE",))

    stopped = brake.stop_all(by=kenyan, at=timezone.now(), country="KE")

    assert (stopped.blasts, stopped.others) == ((), (both.pk,))
    assert brake.scopes(kenyan) == []


def test_pull_is_one_entry_of_the_audit():
    scene.people(1)
    blast = scene.started()

    brake.stop_all(by=scene.planner(), at=timezone.now(), country="KE")

    entry = AuditEntry.objects.get(kind="stop")
    assert (entry.name, entry.country, entry.details) == (
        "amina",
        "KE",
        {"campaign": "", "blasts": str(blast.pk)},
    )


def test_stopped_plan_is_not_approved_any_more():
    scene.people(1)
    blast = scene.planned()
    brake.stop_all(by=scene.planner(), at=timezone.now(), country="KE")

    with pytest.raises(Refused, match="is stopped"):
        approval.approve(blast, by=scene.approver(), at=timezone.now())


def test_scopes_tell_blasts_and_people_left(django_assert_num_queries):
    scene.people(3)
    scene.planned()
    pulling = scene.planner()
    pulling.has_perm("campaigns.plan_blast")  # Django asks for permissions once

    with django_assert_num_queries(1):
        found = brake.scopes(pulling)

    assert found == [
        brake.Scope("campaign", "always-on", 1, 3),
        brake.Scope("country", "KE", 1, 3),
    ]


def test_shell_pulls_it_too():
    scene.people(1)
    blast, out = scene.started(), StringIO()

    call_command("blast", "stop-all", "--country", "KE", "--by", "amina", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"stopped": [blast.pk], "not_yours": []}


def test_page_says_in_numbers_what_it_ends_and_ends_it(client):
    staff.install_roles()
    scene.people(3)
    scene.started()
    client.force_login(staff.hire("a-manager", "manager", countries=["KE"], password="x"))

    page = client.get(reverse("campaigns:blasts")).content.decode()
    done = client.post(reverse("campaigns:stop-all"), {"scope": "country:KE"}, follow=True)

    assert "<bdi>Kenya</bdi>: 1 blast, 3 people without the message" in page
    assert "1 blast was stopped for good." in done.content.decode()
    assert states() == ["stopped"]


@pytest.mark.parametrize("scope", ["", "country:", "nothing:KE", "campaign:none", "country:UG"])
def test_page_ends_nothing_that_was_not_named(client, scope):
    staff.install_roles()
    scene.people(1)
    scene.started()
    client.force_login(staff.hire("a-manager", "manager", countries=["KE"], password="x"))

    client.post(reverse("campaigns:stop-all"), {"scope": scope})

    assert states() == ["running"]


def test_page_offers_it_to_nobody_who_may_not(client):
    staff.install_roles()
    scene.people(1)
    scene.started()
    client.force_login(staff.hire("an-officer", "monitoring", countries=["KE"], password="x"))

    assert "Stop everything" not in client.get(reverse("campaigns:blasts")).content.decode()
    client.post(reverse("campaigns:stop-all"), {"scope": "country:KE"})
    assert states() == ["running"]


# --- a breach -----------------------------------------------------------------------------------------


def rows(path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_list_names_every_token_with_its_places_and_no_number(tmp_path, administrator):
    scene.people(2)
    scene.people(1, "UG", first=5)
    scene.planned()
    path, now = tmp_path / "breach.csv", timezone.now()

    listed = breach.write(path, by=administrator, country="KE", why=WHY, known_at=now, at=now)

    tokens = {row["token"] for row in rows(path) if row["place"] == "people_person.token"}
    assert tokens == {scene.token(0), scene.token(1)}
    assert listed.places == {
        "campaigns_delivery.token": 2,
        "people_person.stop_token": 2,
        "people_person.token": 2,
    }
    assert (listed.tokens, listed.until) == (4, now + timedelta(hours=72))
    assert "+254" not in path.read_text()


def test_list_leaves_out_who_was_forgotten_and_keeps_who_has_no_country(tmp_path, administrator):
    scene.people(1)
    Person.objects.update(token="erased:0")
    now = timezone.now()
    Subject.objects.create(token="t1.a", met_at=now, seen_at=now)
    path = tmp_path / "breach.csv"

    breach.write(path, by=administrator, country="KE", why=WHY, known_at=now, at=now)

    assert {row["token"] for row in rows(path)} == {"t1.a", Person.objects.get().stop_token}


def test_list_is_for_its_owner_alone_overwrites_nothing_and_is_on_record(tmp_path, administrator):
    path, now = tmp_path / "breach.csv", timezone.now()
    breach.write(path, by=administrator, why=WHY, known_at=now, at=now)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert AuditEntry.objects.values_list("kind", "details").get() == (
        "export",
        {"tokens": "0", "why": WHY},
    )
    with pytest.raises(FileExistsError):
        breach.write(path, by=administrator, why=WHY, known_at=now, at=now)


def test_a_hundred_thousand_are_listed_within_the_minute(tmp_path, administrator):
    scene.people(100)
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    before, now = time.monotonic(), timezone.now()

    listed = breach.write(tmp_path / "b.csv", by=administrator, why=WHY, known_at=now, at=now)

    assert (listed.tokens, time.monotonic() - before < 60) == (100_200, True)


def test_shell_says_until_when_the_authority_must_know(tmp_path, administrator):
    scene.people(1)
    out, path = StringIO(), str(tmp_path / "breach.csv")

    call_command(
        "breach", path, "--by", administrator.username, "--why", WHY, "--country", "KE",
        "--known", "2026-03-02T09:00+03:00", "--json", stdout=out,
    )  # fmt: skip

    told = json.loads(out.getvalue())
    assert (told["tokens"], told["until"]) == (2, "2026-03-05T09:00:00+03:00")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--by", "nobody", "--why", WHY], "is nobody who may"),
        (["--by", "an-administrator", "--why", "lost"], "Say in a sentence"),
        (["--by", "an-administrator", "--why", WHY, "--known", "soon"], "is no moment"),
    ],
)
def test_shell_refuses_in_words(tmp_path, administrator, more, said):
    with pytest.raises(CommandError, match=said):
        call_command("breach", str(tmp_path / "breach.csv"), *more)
    assert not (tmp_path / "breach.csv").exists()
