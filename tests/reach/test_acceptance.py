"""What the number must do, by the doors that providers and people use: T1, T3, T4 and T5 of ten.

The others speak of arithmetic and of periods: T2, T6 and T7 are in tests/analytics/test_counting.py, T8 in
tests/safeguarding/test_t8_erasure.py and tests/analytics/test_restating.py, where T9 is too; T10 in
tests/analytics/test_indicators.py and test_closing.py.
"""

import random
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from analytics import indicators, refreshing, verification
from analytics.counting import Numbers, Reached
from analytics.models import Exposure
from analytics.periods import Kind, day_of, standard
from campaigns.models import Blast
from people.models import Person, Subject, Suppression
from tests.campaigns import scene
from tests.doors import CODE, PHONE
from tests.gateways import messengers
from tests.safeguarding.site import Site

pytestmark = pytest.mark.django_db(transaction=True)
ENGLISH, DANGERS, FIRST = "2", "1", "1"
ASKED = "how do i get a passport"
Post = tuple[str, dict[str, Any]]


def told() -> Numbers:
    """What the donor is told of this year: counted now, kept, and recounted, all the same."""
    year = standard(Kind.YEAR, day_of(timezone.now()))
    (line,) = indicators.count("3.3", year)
    refreshing.refresh(at=timezone.now())
    assert verification.verify().differences == ()
    return line.numbers


def sent(people: int) -> dict[str, str]:
    """A blast to so many people, all accepted: number -> the provider's reference."""
    scene.people(people)
    blast = scene.started()
    scene.send_until(blast)
    return references(blast)


def references(blast: Blast) -> dict[str, str]:
    by_token = scene.accepted_results(blast)
    numbers = {scene.token(n): scene.number(n) for n in range(len(by_token))}
    return {numbers[token]: reference for token, reference in by_token.items()}


def receipt(number: str, reference: str, word: str) -> Post:
    form = {"id": reference, "phoneNumber": number, "status": word, "networkCode": "63902"}
    return "receipt", form


def hop(number: str, *inputs: str, session: str = "ATUid_1") -> Post:
    form = {"sessionId": session, "serviceCode": CODE, "phoneNumber": number}
    return "ussd", {**form, "networkCode": "63902", "text": "*".join(inputs)}


def sms(number: str, text: str) -> Post:
    return "sms", {"from": number, "to": "22345", "text": text, "id": "ATXid_in", "date": ""}


def end(number: str) -> Post:
    form = {"sessionId": "ATUid_1", "serviceCode": CODE, "phoneNumber": number, "hopsCount": "4"}
    return "ussd-end", {**form, "status": "Success", "durationInMillis": "9000", "input": "2*1*1"}


# --- T1 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_t1_every_callback_again_and_in_any_order_changes_no_tier(deployment, site, seed):
    dice = random.Random(seed)
    texts = sent(3)
    posts = [
        *(receipt(*one, word) for one in texts.items() for word in ("Sent", "Success")),
        *(hop(PHONE, *(ENGLISH, DANGERS, FIRST)[:n]) for n in range(4)),
        end(PHONE),
        sms(scene.number(0), ASKED),
    ]
    post_all(site, posts)
    before, facts = told(), Exposure.objects.count()
    assert (before.targeted, before.sent, before.delivered) == (3, 3, 3)
    assert (before.interacted, before.reached) == (2, Reached(4, 4, 4))

    again = posts * dice.randint(2, 4)
    dice.shuffle(again)
    for at in range(0, len(again), 7):  # folded in between, as the workers do
        post_all(site, again[at : at + 7])

    assert (told(), Exposure.objects.count()) == (before, facts)


def test_t1_receipts_count_the_same_in_every_order(deployment, site):
    words = ("Sent", "Submitted", "Buffered", "Success")
    orders = list(permutations(words))
    texts = list(sent(len(orders)).items())

    for place in range(len(words)):
        post_all(site, [receipt(*one, o[place]) for one, o in zip(texts, orders, strict=True)])

    found = told()
    assert (found.sent, found.delivered, found.reached.unique) == (24, 24, 24)
    assert Exposure.objects.filter(tier="delivered").count() == 24


def post_all(site: Site, posts: list[Post]) -> None:
    for kind, form in posts:
        assert site.hook(kind, form).status == 200
    site.fold()


# --- T3 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["", "Sent", "Submitted", "Buffered", "Expired", "Failed"])
def test_t3_whatever_is_no_handsets_receipt_is_sent_and_not_reached(deployment, site, word):
    (one,) = sent(1).items()

    post_all(site, [receipt(*one, word)] if word else [])

    found = told()
    assert (found.sent, found.delivered, found.reached) == (1, 0, Reached())


# --- T4 -------------------------------------------------------------------------------------------


def by_list(site: Site) -> None:
    """An import list of Kenya says 0711000001; a text goes out to it and its phone answers for it."""
    scene.send_until(blast := scene.started())
    (reference,) = scene.accepted_results(blast).values()
    post_all(site, [receipt("0711000001", reference, "Success")])


def by_whatsapp(site: Site) -> None:
    """Its webhook writes 254711000001."""
    raw = messengers.webhook("text").replace(b"is this job real?", ASKED.encode())
    headers = {"X-Hub-Signature-256": messengers.signed(raw)}
    path = f"/hooks/wa/{messengers.OTHER_SECRET}/whatsapp"
    assert site.knock(path, raw, headers=headers).status == 200


def by_flow(site: Site) -> None:
    assert site.ask(ASKED, f"tel:{PHONE}")["decision"] == "sure"


DOORS: dict[str, Callable[[Site], Any]] = {
    "a list and a text": by_list,
    "ussd, national": lambda site: post_all(site, call("0711000001", "a")),
    "ussd, without plus": lambda site: post_all(site, call("254711000001", "b")),
    "ussd, with plus": lambda site: post_all(site, call(PHONE, "c")),
    "an own text": lambda site: post_all(site, [sms("254711000001", ASKED)]),
    "whatsapp": by_whatsapp,
    "a flow": by_flow,
}


def test_t4_who_says_stop_in_the_national_form_is_the_same_number(site):
    scene.people(1, first=1)
    (person,) = Person.objects.all()

    post_all(site, [("opt-out", {"phoneNumber": "0710000001", "senderId": "NJIA"})])

    (stopped,) = Suppression.objects.values_list("token", flat=True)
    assert stopped == person.stop_token


def call(number: str, session: str) -> list[Post]:
    inputs = (ENGLISH, DANGERS, FIRST)
    return [hop(number, *inputs[:n], session=f"ATUid_{session}") for n in range(4)]


def test_t4_one_number_however_written_and_by_whatever_channel_is_one(site, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("phone\n0711000001\n", "utf-8")
    call_command("import_people", file, country="KE", basis="consent-form", evidence="form 1")

    for use in DOORS.values():
        use(site)
        site.fold()

    assert told().reached == Reached(1, 1, 1)
    assert (Person.objects.count(), Subject.objects.count()) == (1, 1)
    channels = Exposure.objects.exclude(tier__in=["targeted", "sent"]).values_list("channel")
    assert set(channels) == {("sms",), ("ussd",), ("chat",)}


# --- T5 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "reached"),
    [
        ((), 0),  # languages
        ((ENGLISH,), 0),  # main menu
        ((ENGLISH, DANGERS), 0),  # list of dangers
        ((ENGLISH, "5"), 0),  # no such option
        ((ENGLISH, "7"), 0),  # stop messages or be forgotten
        ((ENGLISH, DANGERS, FIRST), 1),  # content
        ((ENGLISH, "3", "1"), 1),
    ],
)
def test_t5_content_counts_and_what_leads_to_it_does_not(site, inputs, reached):
    site.call(*inputs)
    site.fold()

    assert told().reached.unique == reached
