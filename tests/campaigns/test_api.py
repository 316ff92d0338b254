"""Two doors of the API: the live edition, and blasts that are over."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from analytics.periods import day_of
from campaigns.blasts import finals, routes
from campaigns.models import Blast, Campaign, Edition, Fate
from tests.campaigns import living, scene
from tests.campaigns.living import CHILD, MONTH, POLICE, TODAY
from tests.campaigns.scene import tallied
from tests.partners import program
from tests.published import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(settings, tmp_path: Path, time_machine):
    settings.DATA = tmp_path
    scene.forget_routes()
    time_machine.move_to(AT, tick=False)
    living.prepare()
    yield living.published(routes.shelf())
    scene.forget_routes()


def test_edition_says_which_it_is(edition):
    told = program("editions", countries=["KE", "UG"]).read("editions/live")

    assert told == {
        "kind": "live",
        "hash": edition.id,
        "published_at": "2026-03-01T09:00:00+00:00",
        "lapses_on": (TODAY + MONTH).isoformat(),
        "countries": ["KE", "UG"],
        "languages": [
            {"code": "en", "name": "English", "direction": "ltr", "countries": ["KE", "UG"]}
        ],
    }


def test_edition_says_when_it_changed(edition):
    own = program("editions")
    first = own.get("editions/live")

    since = {"if-modified-since": "Sun, 01 Mar 2026 09:00:00 GMT"}
    again = [own.get(place, headers=since).status_code for place in ("editions/live", "editions/live/texts?country=KE")]  # fmt: skip

    assert first["Last-Modified"] == "Sun, 01 Mar 2026 09:00:00 GMT"
    assert again == [304, 304]
    Edition.objects.update(published_at=AT + timedelta(minutes=1))
    assert own.get("editions/live", headers=since).status_code == 200


def test_texts_come_page_by_page(edition):
    own = program("editions")
    first = own.read("editions/live/texts", country="KE")

    rest = [own.read("editions/live/texts", country="KE", page=n + 2) for n in range(first["pages"] - 1)]  # fmt: skip

    items = [one["item"] for page in (first, *rest) for one in page["items"]]
    assert (len(items), len(set(items))) == (first["total"], first["total"])
    assert {page["hash"] for page in (first, *rest)} == {edition.id}
    assert rest[-1]["next_page"] is None


def test_text_is_told_in_stable_words(edition):
    told = program("editions").read("editions/live/texts", country="KE", language="en")
    item = edition.items["faq-021"]

    found = next(one for one in _all(told, "KE") if one["item"] == "faq-021")

    answer = edition.answer("faq-021", "en", "KE")
    assert answer
    assert found == {
        "item": "faq-021",
        "kind": "faq",
        "topic": item.topic,
        "component": item.component or None,
        "indicators": list(item.indicators),
        "sensitive": item.sensitive,
        "language": "en",
        "title": item.texts["en"].title,
        "short": item.texts["en"].short,
        "text": answer.text,
        "sms": edition.sms("faq-021", "en", "KE"),
        "options": [],
        "correct": None,
        "explains": None,
        "audio": None,
        "source": item.source or None,
        "dated": item.dated or None,
    }


def _all(first, country):
    own = program("editions")
    pages = [own.read("editions/live/texts", country=country, page=n + 1) for n in range(first["pages"])]  # fmt: skip
    return [one for page in pages for one in page["items"]]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({}, 400, "Say for which country"),
        ({"country": "XX"}, 400, "country is one of: DJ, ER"),
        ({"country": "UG"}, 403, "Your badge does not hold this country."),
        ({"country": "KE", "language": "swahili!"}, 400, "language is a code of BCP 47"),
    ],
)
def test_texts_are_of_one_country_that_the_badge_holds(edition, asked, status, words):
    answer = program("editions", countries=["KE"]).get("editions/live/texts", asked)

    assert answer.status_code == status
    assert answer.json()["detail"].startswith(words)


def test_numbers_have_their_dates(edition):
    told = program("editions", countries=["KE"]).read("editions/live/numbers")

    assert told["items"][0] == {
        "country": "KE",
        "kind": "child",
        "number": CHILD,
        "name": "child line",
        "languages": ["en"],
        "verified_on": TODAY.isoformat(),
        "expires_on": (TODAY + MONTH).isoformat(),
    }


def test_number_whose_proof_ended_is_gone_though_the_edition_stands(edition, time_machine):
    time_machine.move_to(AT + MONTH, tick=False)
    own = program("editions", countries=["KE"])

    answer = own.get("editions/live/numbers")

    assert [one["number"] for one in answer.json()["items"] if one["country"]] == [POLICE]
    assert "Last-Modified" not in answer


def test_without_a_live_edition_there_is_nothing(edition):
    Edition.objects.update(kind="demonstration")
    own = program("editions")

    answers = [own.get(f"editions/live{rest}") for rest in ("", "/numbers", "/texts?country=KE")]

    assert {(one.status_code, one.json()["detail"]) for one in answers} == {
        (404, "No live edition is published yet. Demonstrations are never handed out.")
    }


def test_texts_take_no_query_a_text(edition, django_assert_num_queries):
    own = program("editions")

    with django_assert_num_queries(3):  # badge, count, edition
        own.read("editions/live/texts", country="KE")


# --- blasts -----------------------------------------------------------------------------------------


@pytest.fixture
def blast(deployment):
    """Over for long: 40 delivered, 30 failed, 3 unsure."""
    scene.people(3)
    made = scene.planned()
    begun = timezone.now() - timedelta(days=30)
    over = {"state": Blast.State.DONE, "started_at": begun, "expires_at": begun}
    Blast.objects.filter(pk=made.pk).update(**over)
    tallied(made, (Fate.DELIVERED, 40), (Fate.FAILED, 30), (Fate.UNSURE, 3))
    made.refresh_from_db()
    return made


def test_blast_is_told_in_stable_words(blast):
    told = program("blasts").read(f"blasts/{blast.pk}")

    withheld = dict.fromkeys(finals.OUTCOMES)
    assert told == {
        "id": blast.pk,
        "campaign": blast.campaign.code,
        "item": blast.item,
        "countries": ["KE"],
        "indicators": blast.indicators,
        "state": "done",
        "started_at": blast.started_at.isoformat(timespec="seconds"),
        "final_on": day_of(finals.due(blast)).isoformat(),
        "report": {
            "people": 73,
            "deliveries": {**withheld, "delivered": 40},
            "cost": "0",
            "cost_step": "10",
            "currency": "KES",
            "counted_at": "2026-03-02T12:00:00+00:00",
        },
    }


def test_blast_under_way_has_no_numbers(blast):
    Blast.objects.update(state=Blast.State.RUNNING, expires_at=timezone.now())

    told = program("blasts").read("blasts")["items"]

    assert [(one["state"], one["report"]) for one in told] == [("running", None)]


def test_blast_of_protection_does_not_name_its_item(blast):
    Campaign.objects.update(protection=True)

    assert program("blasts").read(f"blasts/{blast.pk}")["item"] is None


@pytest.mark.parametrize(("own", "status"), [(["KE", "UG"], 200), (["UG"], 404)])
def test_blasts_are_of_the_own_countries(blast, own, status):
    reader = program("blasts", countries=own)

    assert reader.get(f"blasts/{blast.pk}").status_code == status
    assert reader.read("blasts")["total"] == (1 if status == 200 else 0)


def test_blast_that_nobody_started_is_not_there(blast):
    Blast.objects.update(started_at=None)

    answer = program("blasts").get(f"blasts/{blast.pk}")

    assert answer.json()["detail"] == "There is no such blast in your countries."


def test_blasts_are_sieved_by_state(blast):
    own = program("blasts")

    assert [own.read("blasts", state=one)["total"] for one in ("done", "paused")] == [1, 0]
    assert own.get("blasts", {"state": "ended"}).status_code == 400


def test_blast_with_a_number_beyond_all_is_not_there(blast):
    assert program("blasts").get(f"blasts/{'9' * 30}").status_code == 404


def test_list_has_no_query_a_blast(blast, django_assert_num_queries):
    for _each in range(3):
        scene.planned()
    Blast.objects.update(started_at=timezone.now())
    own = program("blasts")

    with django_assert_num_queries(6):  # badge, count, numbers, blasts, texts, tallies
        own.read("blasts")
