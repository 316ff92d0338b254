"""A blast through Kannel: its server is asked once for each person, and receipts by GET settle what became of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from analytics.models import Exposure
from campaigns.blasts import routes
from campaigns.hooks import door
from campaigns.models import Delivery
from config.house import conninfo as of
from journal.shipper import Shipper
from journal.writer import Journal
from people import identity
from tests.campaigns import scene
from tests.doors import journalled, knock
from tests.provider import Asked, Provider, Said, providing

pytestmark = pytest.mark.django_db(transaction=True)
GATEWAYS = """
[gateways.ke]
adapter = "kannel"
simulated = true
secret = "kannel-kannel-kannel-kannel"
sender = "NJIA"
rate = 100000
batch = {batch}
read_timeout = 0.5
username = "njia"
password = "invented"
base = "{url}"
public = "https://njia.example"
networks = {{ saf = "63902" }}
codes = {{ "*384*1234#" = "KE" }}
"""


@pytest.fixture
def kannel() -> Iterator[Provider]:
    with providing() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture(params=[1, 7])
def batch(request) -> int:
    return int(request.param)


@pytest.fixture(autouse=True)
def account(deployment, settings, tmp_path: Path, kannel: Provider, batch: int) -> None:
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(url=kannel.url, batch=batch), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()


def asked_for(kannel: Provider) -> Counter[str]:
    return Counter(number for one in kannel.asked for number in one.query["to"].split())


def tell(kannel: Provider, folder: Path, value: int) -> None:
    """Kannel calls the address of every request, once for each of its numbers, and the product folds."""
    journal = Journal(folder)
    own = door(gateways=routes.gateways(), journal=journal)
    for one in kannel.asked:
        for number in one.query["to"].split():
            fill = {"%p": number.replace("+", "%2B"), "%d": str(value), "%i": "saf", "%A": ""}
            path, _, query = (
                one.query["dlr-url"].removeprefix("https://njia.example").partition("?")
            )
            for place, word in fill.items():
                query = query.replace(place, word)
            assert knock(own, path, query=query).status == 200
    shipper = Shipper(journal, of(connection.settings_dict))
    shipper.ship_once()
    shipper.stop()
    scene.fold()


def tiers() -> dict[str, int]:
    return dict(Counter(Exposure.objects.values_list("tier", flat=True)))


def test_everybody_is_asked_for_once_and_settled_by_a_receipt(kannel, folder, batch):
    scene.people(20)
    blast = scene.started()

    scene.send(blast)

    assert asked_for(kannel) == {scene.number(n): 1 for n in range(20)}
    assert len(kannel.asked) == -(-20 // batch)
    assert scene.fates(blast) == {"accepted": 20}
    tell(kannel, folder, 8)
    assert scene.fates(blast) == {"submitted": 20}
    tell(kannel, folder, 1)
    assert scene.fates(blast) == {"delivered": 20}
    assert set(Delivery.objects.values_list("network", flat=True)) == {"63902"}
    assert tiers() == {"targeted": 20, "sent": 20, "delivered": 20}


@pytest.mark.usefixtures("impatient", "quick_again")
def test_a_lost_answer_is_settled_exactly_because_the_receipt_bears_our_id(kannel, folder):
    scene.people(3)
    kannel.say = lambda _asked: Said(fault="cut")
    blast = scene.started()
    scene.send_until(blast)
    assert scene.fates(blast) == {"unsure": 3}
    assert tiers() == {"targeted": 3}

    tell(kannel, folder, 1)

    assert scene.fates(blast) == {"delivered": 3}
    assert asked_for(kannel) == {scene.number(n): 1 for n in range(3)}
    assert tiers() == {"targeted": 3, "sent": 3, "delivered": 3}


def test_a_failure_of_one_number_never_undoes_a_delivery(kannel, folder):
    scene.people(2)
    blast = scene.started()
    scene.send(blast)
    tell(kannel, folder, 1)

    tell(kannel, folder, 2)

    assert scene.fates(blast) == {"delivered": 2}


@pytest.mark.usefixtures("quick_again")
def test_who_is_refused_is_named_and_the_others_get_the_text(kannel, batch):
    """A list of Kannel's own holds one number back; with several numbers in a request it is named."""
    held = scene.number(4)

    def say(asked: Asked) -> Said:
        numbers = asked.query["to"].split()
        if numbers == [held]:
            return Said("Number(s) has/have been denied by white- and/or black-lists.", 400)
        return Said(f"Sent. Denied receivers are: {held}" if held in numbers else "Sent.")

    kannel.say = say
    scene.people(9)
    blast = scene.started()

    scene.send_until(blast)

    assert scene.fates(blast) == {"accepted": 8, "refused": 1}
    refused = Delivery.objects.get(state=90)
    assert (refused.token, refused.reason) == (identity.token(f"tel:{held}"), "rejected")


def test_a_wrong_password_pauses_the_blast_and_loses_nobody(kannel):
    scene.people(4)
    kannel.says(Said("Authorization failed for sendsms", 403))
    blast = scene.started()

    scene.send_until(blast, state="paused")

    assert blast.pause_reason == "credentials"
    assert set(scene.fates(blast)) <= {"planned", "retry"}


def test_receipts_of_somebody_else_are_turned_away(kannel, folder):
    own = door(gateways=routes.gateways(), journal=Journal(folder))

    answer = knock(own, "/hooks/ke/wrong-wrong-wrong-wrong-wrong/receipt", query="id=1&status=1")

    assert answer.status == 404
    assert journalled(Journal(folder)) == []
