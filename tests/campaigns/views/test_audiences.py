"""Pages of audiences: who sees and makes which, what is counted while filters change, and what is never shown."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Audience, Campaign, Delivery
from people.models import Tag
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
LIST, NEW, COUNT = "campaigns:audiences", "campaigns:audience-new", "campaigns:audience-count"
PLAIN = {"name": "Ours", "countries": ["KE"], "share_from": 0, "share_to": 100, "seed": 7}


def made(**filters):
    return Audience.objects.create(**{"name": "Ours", "countries": ["KE"], **filters})


def page(audience):
    return reverse("campaigns:audience", args=[audience.pk])


def step(audience, name):
    return reverse("campaigns:audience-step", args=[audience.pk, name])


def said(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def counted(client, **told):
    return client.get(reverse(COUNT), PLAIN | told).context["turnout"].people


# --- the register -------------------------------------------------------------------------------------


def test_empty_register_says_what_to_do_next(manager):
    text = manager.get(reverse(LIST)).content.decode()

    assert ("Make the first one" in text, reverse(NEW) in text) == (True, True)


def test_register_shows_the_own_countries_and_archived_ones_apart(manager):
    ours = made()
    old = made(name="Old", archived_at=scene.later(0))
    made(name="Horn", countries=["KE", "ET"])

    shown = manager.get(reverse(LIST)).context

    assert [row["audience"] for row in shown["rows"]] == [ours]
    assert [row["audience"] for row in shown["archived"]] == [old]


def test_register_names_the_blasts_of_each(deployment, manager):
    scene.people(1)
    blast = scene.planned()

    (row,) = manager.get(reverse(LIST)).context["rows"]

    assert [one for one, _title in row["blasts"]] == [blast]
    assert (
        reverse("campaigns:blast", args=[blast.pk])
        in manager.get(page(row["audience"])).content.decode()
    )


def test_register_asks_as_often_for_many_as_for_one(manager):
    asked = []
    for names in (("a",), ("b", "c", "d", "e")):
        for name in names:
            made(name=name, languages=["sw"], had_campaigns=["sea"])
        with CaptureQueriesContext(connection) as caught:
            manager.get(reverse(LIST))
        asked.append(len(caught))

    assert asked[0] == asked[1]


def test_row_asks_for_its_own_number(manager):
    scene.people(7)
    where = reverse("campaigns:audience-turnout", args=[made().pk])

    row = manager.get(where, {"short": 1}, headers={"HX-Request": "true"}).content.decode()

    assert re.findall(r">(\d+)<", row) == ["7"]
    assert re.search(r"counted at \d", row)


def test_count_without_script_is_a_page_of_its_own(manager):
    where = reverse("campaigns:audience-turnout", args=[made().pk])

    part = manager.get(where, headers={"HX-Request": "true"})
    page = manager.get(where)

    assert [b"<!doctype" in answer.content for answer in (part, page)] == [False, True]


# --- counting -----------------------------------------------------------------------------------------


@pytest.fixture
def eight():
    scene.people(5, language="sw", district="Garissa", network="63902")
    scene.people(2, first=5, language="so", sex="female", tags=["bus"])
    scene.people(1, first=7, basis=None)
    Tag.objects.create(name="bus")


@pytest.mark.parametrize(
    ("told", "people"),
    [
        ({}, 7),
        ({"languages": ["so"]}, 2),
        ({"districts": ["Garissa"]}, 5),
        ({"sexes": ["female"]}, 2),
        ({"tags": ["bus"]}, 2),
        ({"sent_days": 7}, 0),
        ({"not_sent_days": 7}, 7),
        ({"countries": []}, 0),
        ({"name": ""}, 7),
        ({"share_from": 60, "share_to": 40}, 7),
        ({"countries": ["ET"]}, 0),
    ],
    ids=str,
)
def test_form_is_counted_as_it_is_filled_in(manager, eight, told, people):
    assert counted(manager, **told) == people
    assert Audience.objects.count() == 0


def test_preview_tells_groups_and_hides_the_few(manager, eight):
    shown = manager.get(reverse(COUNT), PLAIN).context

    lines = [(line.language, line.network, line.people) for line in shown["lines"]]
    assert lines == [("Kiswahili", "63902", 5), ("Soomaali", "not known", None)]
    assert shown["left_out"] == [("no consent on file for this purpose", None)]


def test_no_page_shows_a_number_or_a_token(manager, eight):
    ours = made()
    pages = [reverse(LIST), reverse(NEW), page(ours), f"{reverse(COUNT)}?countries=KE"]
    pages.append(reverse("campaigns:audience-turnout", args=[ours.pk]))

    text = "".join(manager.get(one).content.decode() for one in pages)

    assert ("+254" in text, scene.token(0) in text, scene.number(0)[4:] in text) == (False,) * 3


def test_count_of_a_list_that_is_kept_stays_with_its_people(manager, eight):
    ours = made(explicit=True)
    ours.members.create(token=scene.token(0))

    people = counted(manager, of=ours.pk, source="kept")

    assert people == 1
    assert counted(manager, of=ours.pk, source="") == 7


def test_list_of_another_country_is_not_counted(manager, eight):
    theirs = made(name="Horn", countries=["KE", "ET"], explicit=True)
    theirs.members.create(token=scene.token(0))

    assert counted(manager, of=theirs.pk, source="kept") == 7


def test_press_of_count_counts_and_keeps_nothing(manager, eight):
    answer = manager.post(reverse(NEW), PLAIN | {"press": "count", "languages": ["so"]})

    assert (answer.status_code, answer.context["turnout"].people) == (200, 2)
    assert Audience.objects.count() == 0


def test_districts_are_those_of_the_countries_ticked(sign_in):
    client = sign_in("manager", "KE", "UG")

    found = client.get(reverse("campaigns:audience-areas"), {"countries": ["UG"]}).content.decode()
    none = client.get(reverse("campaigns:audience-areas")).content.decode()

    assert ('value="Central Uganda"' in found, 'value="Garissa"' in found) == (True, False)
    assert "Tick a country first." in none


# --- keeping ------------------------------------------------------------------------------------------


def test_audience_is_made_with_everything_that_can_be_chosen(manager, eight):
    Campaign.objects.create(code="sea", name="Sea", countries=["KE"])
    told = PLAIN | {
        "languages": ["sw", "so"], "districts": ["Garissa"], "sexes": ["female"], "age_bands": ["18-24"],
        "tags": ["bus"], "sent_days": 90, "not_sent_days": 7, "had_campaigns": ["sea"],
        "share_from": 10, "share_to": 50,
    }  # fmt: skip

    answer = manager.post(reverse(NEW), told)

    kept = Audience.objects.get()
    assert (answer.status_code, answer.url) == (302, page(kept))
    assert {name: getattr(kept, name) for name in told} == told
    assert said(answer) == ["The audience is kept."]


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"countries": []}, ["countries"]),
        ({"countries": ["ET"]}, ["countries"]),
        ({"languages": ["xx"]}, ["languages"]),
        ({"tags": ["made up"]}, ["tags"]),
        ({"age_bands": ["under-18"]}, ["age_bands"]),
        ({"sent_days": 7, "not_sent_days": 7}, ["not_sent_days"]),
        ({"sent_days": 0}, ["sent_days"]),
        ({"share_from": 50, "share_to": 50}, ["share_to"]),
        ({"share_to": 101}, ["share_to"]),
        ({"source": "import"}, ["run"]),
        ({"source": "numbers"}, ["file"]),
        ({"source": "kept"}, ["source"]),
        ({"name": "KE"}, ["__all__"]),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(manager, told, fields):
    answer = manager.post(reverse(NEW), PLAIN | {"sexes": ["female"]} | told)

    form = answer.context["form"]
    assert (answer.status_code, list(form.errors), Audience.objects.count()) == (422, fields, 0)
    assert form["sexes"].value() == ["female"]


def test_same_campaign_in_both_lists_is_refused(manager):
    Campaign.objects.create(code="sea", name="Sea", countries=["KE"])
    both = {"had_campaigns": ["sea"], "not_had_campaigns": ["sea"]}

    answer = manager.post(reverse(NEW), PLAIN | both)

    assert list(answer.context["form"].errors) == ["not_had_campaigns"]


def test_change_is_kept_and_holds_for_the_next_blast(deployment, manager):
    scene.people(3, district="Garissa")
    ours = made()
    blast = scene.planned(audience="Ours")

    shown = manager.get(page(ours)).content.decode()
    manager.post(page(ours), PLAIN | {"name": "Theirs", "languages": ["so"]})

    ours.refresh_from_db()
    assert "1 blast was planned for this audience" in shown
    assert (ours.name, ours.languages) == ("Theirs", ["so"])
    assert Delivery.objects.filter(blast=blast).count() == 3


def test_districts_go_with_their_country(sign_in):
    client = sign_in("manager", "KE", "UG")

    client.post(
        reverse(NEW), PLAIN | {"countries": ["UG"], "districts": ["Garissa", "Central Uganda"]}
    )

    assert Audience.objects.get().districts == ["Central Uganda"]


def test_list_of_numbers_is_taken_and_few_are_not_told(manager, eight):
    file = SimpleUploadedFile("list.csv", f"phone\n{scene.number(0)}\n0799999999\n".encode())

    answer = manager.post(
        reverse(NEW), PLAIN | {"source": "numbers", "file": file, "country": "KE"}
    )

    kept = Audience.objects.get()
    assert said(answer) == ["The audience is kept.", "Fewer than 5 people are on its list."]
    assert (kept.explicit, [one.token for one in kept.members.all()]) == (True, [scene.token(0)])


def test_list_that_cannot_be_read_says_why(manager):
    file = SimpleUploadedFile("list.csv", b"a,b\n1,2\n")

    answer = manager.post(reverse(NEW), PLAIN | {"source": "numbers", "file": file})

    (error,) = answer.context["form"].errors["file"]
    assert error.startswith("The first line must name the columns")


# --- another like it ----------------------------------------------------------------------------------


def test_another_like_it_begins_with_its_filters(manager):
    ours = made(languages=["sw"], share_to=20, seed=9)

    form = manager.get(reverse(NEW), {"like": ours.pk}).context["form"]

    found = [form[name].value() for name in ("name", "languages", "share_from", "share_to", "seed")]
    assert found == ["Ours, another", ["sw"], 0, 20, 9]


@pytest.mark.parametrize(
    ("share", "rest"), [((0, 20), (20, 100)), ((20, 100), (0, 20)), ((20, 40), (0, 20))]
)
def test_rest_of_a_draw_has_the_same_draw(manager, share, rest):
    ours = made(share_from=share[0], share_to=share[1], seed=9)

    form = manager.get(reverse(NEW), {"like": ours.pk, "rest": 1}).context["form"]

    assert (form["share_from"].value(), form["share_to"].value(), form["seed"].value()) == (
        *rest,
        9,
    )


def test_another_like_one_of_elsewhere_is_not_there(manager):
    theirs = made(countries=["ET"])

    assert manager.get(reverse(NEW), {"like": theirs.pk}).status_code == 404


# --- removing -----------------------------------------------------------------------------------------


def test_unused_audience_is_deleted(manager):
    answer = manager.post(step(made(), "remove"))

    assert (Audience.objects.count(), said(answer)) == (0, ["The audience is deleted."])


def test_used_audience_is_archived_and_used_again(deployment, manager):
    scene.people(1)
    ours = made()
    scene.planned(audience="Ours")

    gone = said(manager.post(step(ours, "remove")))
    archived = manager.get(page(ours)).content.decode()
    manager.post(step(ours, "put-back"))

    ours.refresh_from_db()
    assert gone == ["Blasts rest on it: it is archived."]
    assert ("Use it again" in archived, "Keep this audience" in archived) == (True, False)
    assert ours.archived_at is None


def test_audience_of_a_whole_country_stays_as_it_is(manager):
    kenya = made(name="KE")

    text = manager.get(page(kenya)).content.decode()
    answer = manager.post(step(kenya, "remove"))

    assert ("Make another like this" in text, "Delete it" in text) == (True, False)
    assert (answer.url, Audience.objects.count()) == (page(kenya), 1)


# --- others -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["monitoring", "approver", "administrator"])
def test_who_does_not_plan_may_look(sign_in, role):
    ours = made(languages=["sw"])
    client = sign_in(role)

    text = client.get(page(ours)).content.decode()

    assert ("Kiswahili" in text, "<form" in text.split("<main")[1].split("</main")[0]) == (
        True,
        False,
    )
    assert client.post(page(ours), PLAIN).status_code == 403
    assert client.get(reverse(NEW)).status_code == 403
    assert client.get(reverse(COUNT)).status_code == 403
