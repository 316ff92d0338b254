"""The exports page: asked, waited for, cancelled, taken away, by role and country."""

import re

import pytest
from django.urls import reverse

from analytics import making
from analytics.exports.gathering import Sources
from analytics.exports.kinds import KINDS
from analytics.models import ExportJob
from analytics.periods import parse
from people.models import AuditEntry
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
PAGE = "/exports/"
State = ExportJob.State


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA = tmp_path


def job(*countries, kind="long", **changes):
    made = making.order(KINDS[kind], parse("2025"), countries=countries, by="someone", at=NOON)
    ExportJob.objects.filter(pk=made.pk).update(**changes)
    made.refresh_from_db()
    return made


def body(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def address(name, one):
    return reverse(f"analytics:export-{name}", args=[one.pk])


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("monitoring", 200),
        ("manager", 200),
        ("administrator", 200),
        ("approver", 403),
        ("translator", 403),
        ("protection", 403),
    ],
)
def test_page_opens_by_role(sign_in, role, status):
    assert sign_in(role, "KE").get(PAGE).status_code == status


def test_empty_page_says_what_comes_next(sign_in):
    page = body(sign_in("monitoring", "KE").get(PAGE))

    assert page.count("No file yet. Choose a kind and a period above") == 1
    assert "hx-get" not in page
    assert re.findall(r'name="kind" value="(\w+)"', page) == list(KINDS)
    assert page.count(" checked") == 1


def test_who_has_no_country_is_told_so(sign_in):
    client = sign_in("monitoring")

    assert body(client.get(PAGE)).count("No country is assigned to you") == 1
    client.post(PAGE, {"kind": "long", "period": "2025"})
    assert not ExportJob.objects.exists()


def test_asking_makes_a_waiting_job_of_the_readers_countries(sign_in):
    client = sign_in("monitoring", "UG", "KE")

    answer = client.post(PAGE, {"kind": "workbook", "period": "2025-Q1"})

    made = ExportJob.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert (made.kind, made.state, made.by) == ("workbook", State.WAITING, "a-monitoring")
    assert (str(made.starts), str(made.ends)) == ("2025-01-01", "2025-04-01")
    assert made.countries == ["KE", "UG"]


def test_free_days_and_the_programme_can_be_asked_for(sign_in):
    client = sign_in("monitoring", "KE")

    client.post(PAGE, {"kind": "long", "starts": "2025-02-03", "ends": "2025-02-05"})
    client.post(PAGE, {"kind": "long", "period": "programme"})

    days = [(str(one.starts), str(one.ends)) for one in ExportJob.objects.order_by("pk")]
    assert days[0] == ("2025-02-03", "2025-02-05")
    assert days[1][0] == "2015-01-01"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"kind": "long", "period": "2025-Q9"}, "This is no period."),
        ({"kind": "long", "period": ""}, "This is no period."),
        ({"kind": "long", "starts": "2025-02-03"}, "Give both days, or none."),
        (
            {"kind": "long", "starts": "2025-02-03", "ends": "2025-02-03"},
            "The last day must come after the first.",
        ),
    ],
)
def test_wrong_form_says_what_is_wrong(sign_in, form, words):
    answer = sign_in("monitoring", "KE").post(PAGE, form)

    assert answer.status_code == 422
    assert re.findall(r'role="alert">([^<]*)<', body(answer)) == [words]
    assert not ExportJob.objects.exists()


def test_page_asks_again_only_while_something_is_open(sign_in):
    client = sign_in("monitoring", "KE")
    one = job("KE", state=State.RUNNING, rows=1500, expected=6000)
    made = reverse("analytics:exports-made")

    page = body(client.get(made))
    assert page.count(f'hx-get="{made}" hx-trigger="every 2s"') == 1
    assert page.count("1,500 of 6,000 rows written") == 1
    assert re.findall(r'<progress max="100" value="(\d+)"', page) == ["25"]

    ExportJob.objects.filter(pk=one.pk).update(state=State.DONE, size=2048)
    page = body(client.get(made))
    assert "hx-get" not in page
    assert page.count("6,000") == 0
    assert page.count(address("file", one)) == 1


def test_failure_is_told_in_words(sign_in):
    job("KE", state=State.FAILED, fault="disk")

    page = body(sign_in("monitoring", "KE").get(PAGE))

    assert page.count("The file could not be written: look whether the disk is full.") == 1


def test_cancelling_stops_a_waiting_job(sign_in):
    client, one = sign_in("monitoring", "KE"), job("KE")

    client.post(address("cancel", one))

    one.refresh_from_db()
    assert one.state == State.CANCELLED
    again = client.post(address("cancel", one), follow=True)
    assert body(again).count("It was over already.") == 1


def test_download_is_the_file_and_is_on_record(sign_in):
    client, one = sign_in("monitoring", "KE"), job("KE")
    making.work_off(sources=Sources(), at=NOON)

    answer = client.get(address("file", one))

    assert b"".join(answer.streaming_content) == making.place(one).read_bytes()
    name = f"njia-demonstration-long-2025-{one.pk}.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    entry = AuditEntry.objects.get(kind="export")
    assert (entry.what, entry.name) == (name, "a-monitoring")


def test_file_that_is_gone_or_not_ready_is_not_there(sign_in):
    client = sign_in("monitoring", "KE")

    assert client.get(address("file", job("KE", state=State.DONE))).status_code == 404
    assert client.get(address("file", job("KE"))).status_code == 404


def test_files_with_numbers_of_another_country_are_not_there(sign_in):
    client, theirs = sign_in("monitoring", "KE"), job("KE", "UG", state=State.DONE)

    assert "No file yet" in body(client.get(PAGE))
    assert client.get(address("file", theirs)).status_code == 404
    assert client.post(address("cancel", theirs)).status_code == 404


def test_list_costs_the_same_however_many_there_are(sign_in, django_assert_max_num_queries):
    client = sign_in("monitoring", "KE")
    for _ in range(12):
        job("KE", state=State.DONE)

    with django_assert_max_num_queries(6):  # session, staff, roles, rights (2), jobs
        client.get(reverse("analytics:exports-made"))
