"""The report of a blast and what was paid: on the page, as files, and the button for a new price."""

import csv
import io

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import printouts, tallies
from campaigns.models import Blast, Delivery, DeliveryResult, Fate, Price
from people import staff
from tests.campaigns import scene
from tests.campaigns.scene import AIRTEL, SAFARICOM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role, *countries):
        own = countries or ("KE",)
        hired = staff.hire(f"a-{role}", role, countries=own, password="x")
        type(hired).objects.filter(pk=hired.pk).update(countries=list(own))
        client.force_login(hired)
        return client

    return _sign_in


@pytest.fixture
def sent(deployment):
    scene.people(3, network=SAFARICOM)
    scene.people(2, first=3, network=AIRTEL)
    blast = scene.started()
    scene.send(blast)
    ids = list(Delivery.objects.filter(network=SAFARICOM).values_list("pk", flat=True))
    Delivery.objects.filter(pk=ids[0]).update(state=Fate.DELIVERED)
    Delivery.objects.filter(pk=ids[1]).update(state=Fate.ABSENT, reason="absent")
    Blast.objects.filter(pk=blast.pk).update(excluded={"suppressed": 4})
    return Blast.objects.get(pk=blast.pk)


def address(name, blast, *more):
    return reverse(f"campaigns:{name}", args=[blast.pk, *more])


def test_report_goes_from_the_audience_to_what_became_of_each(sign_in, sent):
    shown = sign_in("monitoring").get(address("report", sent)).context

    assert (shown["told"].audience, shown["excluded"], sent.people) == (
        9,
        [("ended messages", 4)],
        5,
    )
    assert shown["states"] == [("accepted", 3), ("absent", 1), ("delivered", 1)]
    assert shown["why"] == [("the phone was off or out of reach", SAFARICOM, 1)]


def test_report_says_who_planned_and_approved_and_what_was_paid(sign_in, sent):
    words = sign_in("monitoring").get(address("report", sent)).content.decode()

    assert [name in words for name in ("amina", "berhane")] == [True, True]
    assert "4.00 KES" in words
    assert "A part really cost" not in words


def test_report_of_a_plan_says_that_nothing_was_sent(sign_in, deployment):
    scene.people(2)
    blast = scene.planned()

    words = sign_in("manager").get(address("report", blast)).content.decode()

    assert words.count("not yet") == 2


@pytest.mark.parametrize("name", ["report", "report-file"])
def test_report_of_another_country_is_not_there(sign_in, sent, name):
    more = ["csv"] if name == "report-file" else []

    assert sign_in("manager", "ET").get(address(name, sent, *more)).status_code == 404


def table(client, blast):
    answer = client.get(address("report-file", blast, "csv"))
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_file_holds_the_same_figures_as_the_page(sign_in, sent):
    rows = table(sign_in("monitoring"), sent)

    found = {(part, what, network): value for part, what, network, value in rows}
    assert found["People", "In the audience", ""] == "9"
    assert found["People", "Left out: ended messages", ""] == "4"
    assert found["People", "In the blast", ""] == "5"
    assert found["People", "delivered", SAFARICOM] == "1"
    assert found["Money", "Charged, KES", ""] == "4.0000"


def test_file_names_nobody(sign_in, sent):
    text = sign_in("monitoring").get(address("report-file", sent, "csv")).content.decode()

    assert [scene.number(index) in text for index in range(5)] == [False] * 5
    assert [scene.token(index) in text for index in range(5)] == [False] * 5


def test_workbook_holds_numbers_as_numbers(sign_in, sent):
    answer = sign_in("monitoring").get(address("report-file", sent, "xlsx"))

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    found = {row[1]: row[3] for row in sheet.iter_rows(values_only=True)}
    assert (found["In the blast"], found["Content item"]) == (
        5,
        table(sign_in("manager"), sent)[2][3],
    )


def test_file_of_another_kind_is_not_there(sign_in, sent):
    assert sign_in("manager").get(address("report-file", sent, "pdf")).status_code == 404


def test_time_it_took_is_from_start_to_last_answer(sent):
    told = printouts.printout(sent, "A safe way", at=timezone.now())

    assert told.took == told.ended - sent.started_at


# --- the price ----------------------------------------------------------------------------------------


@pytest.fixture
def dearer(sent):
    """One network charged more than the list says."""
    DeliveryResult.objects.filter(delivery__network=AIRTEL).update(cost="1.1")
    return sent


@pytest.mark.parametrize(("role", "offered"), [("manager", False), ("administrator", True)])
def test_difference_is_said_to_all_and_the_button_is_for_who_may(sign_in, dearer, role, offered):
    words = sign_in(role).get(address("report", dearer)).content.decode()

    assert "A part really cost 1.1000 KES, the price list said 0.8000." in words
    assert ("From now on 1.1000 KES a part" in words) is offered


def test_pressed_button_enters_the_price(sign_in, dearer):
    client = sign_in("administrator")

    answer = client.post(address("price-enter", dearer), {"place": f"sim KE {AIRTEL}"})

    said = [(one.level_tag, str(one)) for one in get_messages(answer.wsgi_request)]
    assert said[0][0] == "success"
    assert str(Price.objects.get(network=AIRTEL).per_part) == "1.1000"
    assert "From now on" not in client.get(address("report", dearer)).content.decode()


@pytest.mark.parametrize("place", ["", "sim", "sim KE 63902", "other KE 63903", "sim ET 63903"])
def test_button_for_a_place_without_a_difference_enters_nothing(sign_in, dearer, place):
    before = Price.objects.count()

    answer = sign_in("administrator").post(address("price-enter", dearer), {"place": place})

    assert [one.level_tag for one in get_messages(answer.wsgi_request)] == ["error"]
    assert Price.objects.count() == before


# --- months -------------------------------------------------------------------------------------------


def test_costs_stand_by_month_and_gateway(sign_in, sent):
    shown = sign_in("monitoring").get(reverse("campaigns:costs"))

    assert [(one.gateway, one.messages) for one in shown.context["months"]] == [("sim", 5)]
    assert "4.00 KES" in shown.content.decode()


@pytest.fixture
def untold(sent):
    """Three messages to Safaricom went, and nobody said what they cost."""
    DeliveryResult.objects.filter(delivery__network=SAFARICOM).update(cost=None)
    tallies.count(sent, "untold", at=timezone.now())
    return sent


def test_report_says_what_is_not_told_yet(sign_in, untold):
    client = sign_in("monitoring")
    words = client.get(address("report", untold)).content.decode()
    told = csv.reader(
        io.StringIO(client.get(address("report-file", untold, "csv")).content.decode("utf-8-sig"))
    )

    assert "<dt>Sent, charge not told yet</dt><dd>at most 2.40 KES" in words
    assert ["Money", "Sent, charge not told yet, at most, KES", "", "2.4000"] in list(told)


def test_costs_name_what_is_not_told_yet(sign_in, untold):
    words = sign_in("monitoring").get(reverse("campaigns:costs")).content.decode()

    assert f"Blast {untold.pk}</a>: 3 messages, at most 2.40 KES" in words


def test_costs_as_a_file(sign_in, sent):
    answer = sign_in("monitoring").get(reverse("campaigns:costs-file"))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    month = f"{timezone.now():%Y-%m}"
    assert rows == [
        ["month", "gateway", "what", "messages", "amount", "currency"],
        [month, "sim", "blasts", "5", "4.0000", "KES"],
    ]


def test_costs_of_other_countries_are_not_shown(sign_in, sent):
    words = sign_in("monitoring", "ET").get(reverse("campaigns:costs")).content.decode()

    assert "Nothing was charged yet" in words
