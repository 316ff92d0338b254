"""A preview's phone shows what the door would answer from the same edition, and leaves no trace."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import routes
from campaigns.editions.edition import Answer, Kind
from campaigns.models import Edition, Text
from campaigns.press import publishing
from campaigns.writing import seeding
from people import staff
from people.countries import CODES
from tests import doors
from tests.campaigns import scene
from tests.editions import DANGER, HELP_ITEM, SAFE, edition
from tests.published import LOCALES, demonstration
from ussd import preview
from ussd.preview import Handset, Look

PAGE = reverse("ussd:preview")
HTMX = {"HX-Request": "true"}
OWN = edition()
KENYA, ETHIOPIA = Handset("KE", "en"), Handset("ET", "am")


# --- the phone ------------------------------------------------------------------------------------


def test_screen_tells_how_full_it_is():
    assert preview.look(OWN, KENYA, ("1", "1")) == Look(
        text="DEMO Many people die on the road.\n0 Back\n98 More",
        ends=False,
        place=DANGER,
        item=DANGER,
        units=48,
        most=156,
        encoding="GSM-7",
    )


def test_operator_without_letters_gets_the_latin_variant():
    whole = preview.look(OWN, ETHIOPIA, ("1", "1"))
    latin = preview.look(OWN, Handset("ET", "am", letters=False), ("1", "1"))

    assert (whole.encoding, whole.most) == ("UCS-2", 66)
    assert (latin.encoding, latin.text.splitlines()[0]) == ("GSM-7", "DEMO Bizu sewoch yimotalu.")


def test_phone_without_a_language_asks_for_it():
    assert preview.look(OWN, Handset("KE"), ()).place == "lang"


def test_danger_is_heard_and_other_questions_find_nothing():
    ask = ("6", "they locked me in and want money")

    assert preview.look(OWN, KENYA, ask).place == "help"
    assert preview.look(OWN, KENYA, ("6", "passport")).place == "ask.none"


@pytest.mark.parametrize(
    ("item", "keys"),
    [
        (DANGER, ("1", "1")),
        (SAFE, ("3",)),
        (HELP_ITEM, ("8",)),
        ("dangers", ("1",)),
        ("nothing", None),
    ],
)
def test_way_to_an_item(item, keys):
    assert preview.way(OWN, KENYA, item) == keys


def test_way_leads_to_every_answer_of_the_content(db):
    whole = demonstration()
    for country, language in whole.menus:
        phone = Handset(country, language, letters=not language.endswith("-Latn"))
        shown = {page.item for page in whole.menus[country, language].pages.values() if page.item}
        if preview.spoken(whole, phone) != language:
            continue
        for item in shown:
            keys = preview.way(whole, phone, item)
            assert keys is not None
            assert preview.look(whole, phone, keys).item == item


@pytest.mark.parametrize(
    "keys", ["", "1", "2 1 1", "2 1 1 98 0", "1 7 1 9", "2 6 passport", "2 x 3 0 0"]
)
def test_phone_shows_what_the_door_answers(db, tmp_path: Path, keys: str):
    desk = doors.desk(tmp_path, editions=[OWN])
    said = tuple(keys.split())

    answered = doors.dial(desk, *("*".join(said[:n]) for n in range(len(said) + 1))).text

    looked = preview.look(OWN, Handset("KE", letters=False), said)
    assert answered == ("END " if looked.ends else "CON ") + looked.text


def test_forms_of_an_item_are_those_of_the_edition():
    form = preview.sms(OWN, DANGER, "en", "KE")

    assert form is not None
    assert (form.text, form.parts) == (OWN.sms(DANGER, "en", "KE"), 1)
    assert (
        preview.chat(OWN, DANGER, "en", "KE")
        == (OWN.answer(DANGER, "en", "KE") or Answer("", "", "")).text
    )
    assert (preview.sms(OWN, "x", "en", "KE"), preview.chat(OWN, "x", "en", "KE")) == (None, "")


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def sign_in(db, client, settings, tmp_path: Path):
    settings.DATA = tmp_path
    scene.forget_routes()
    staff.install_roles()
    for language in ("en", "sw"):
        seeding.load(LOCALES, at=timezone.now(), only=language)

    def _sign_in(role="translator"):
        client.force_login(staff.hire(f"a-{role}", role, countries=CODES, password="x"))
        return client

    yield _sign_in
    scene.forget_routes()


def publish() -> str:
    at = timezone.now()
    return publishing.publish(Kind.DEMONSTRATION, by=None, at=at, shelf=routes.shelf()).edition.id


@pytest.mark.parametrize(("role", "status"), [("translator", 200), ("monitoring", 403)])
def test_page_opens_by_role(sign_in, role, status):
    client = sign_in(role)

    assert [client.get(PAGE).status_code, client.post(PAGE).status_code] == [status, status]


def test_page_asks_to_sign_in(client, db):
    assert client.get(PAGE).status_code == 302


def test_item_opens_on_its_own_screen(sign_in):
    shown = sign_in().get(PAGE, {"item": "faq-014", "language": "sw", "country": "KE"}).context

    assert (shown["look"].item, shown["look"].place) == ("faq-014", "faq-014")
    assert shown["sms"].text.startswith("DEMO ")
    assert shown["chat"]
    assert shown["spoken"] == "sw"


def test_draft_is_shown_with_what_is_wrong_with_the_item(sign_in):
    Text.objects.filter(item__code="faq-014", language="sw").update(body="{what} {police}")

    shown = sign_in().get(PAGE, {"item": "faq-014", "language": "sw", "country": "KE"}).context

    assert "(what?)" in shown["look"].text
    (group,) = shown["problems"]
    assert [str(one.problem) for one in group.told] == [
        "sw faq-014: nobody knows the token {what}."
    ]


def test_what_is_wrong_elsewhere_is_told_apart(sign_in):
    Text.objects.filter(item__code="faq-014", language="sw").update(body="{what} {police}")

    shown = sign_in().get(PAGE, {"item": "faq-015", "language": "sw", "country": "KE"}).context

    assert (len(shown["problems"]), len(shown["elsewhere"])) == (0, 1)


def test_kept_edition_is_walked_as_it_is(sign_in):
    name = publish()
    Text.objects.filter(item__code="faq-014", language="sw").update(body="Mpya {police}")
    query = {"item": "faq-014", "language": "sw", "country": "KE"}
    client = sign_in()

    kept = client.get(PAGE, {**query, "edition": name}).context["look"].text
    draft = client.get(PAGE, query).context["look"].text

    assert ("Mpya" in kept, "Mpya" in draft) == (False, True)


def test_calls_go_on_key_by_key_and_are_hung_up(sign_in):
    client = sign_in()
    phone = {"edition": "draft", "country": "KE", "language": "sw", "operator": "letters"}

    first = client.post(PAGE, phone | {"call": "1"}, headers=HTMX)
    second = client.post(PAGE, phone | {"open": "1", "key": "1"}, headers=HTMX)
    third = client.post(PAGE, phone | {"open": "1", "said": ["1"], "word": "1"}, headers=HTMX)
    hung = client.post(PAGE, phone | {"open": "1", "said": ["1"], "hang": "1"}, headers=HTMX)

    assert [one.context["keys"] for one in (first, second, third)] == [(), ("1",), ("1", "1")]
    assert first.context["look"].place == "main"
    assert (hung.context["look"], "<!doctype" in first.content.decode()) == (None, False)


def test_browser_without_scripts_gets_the_whole_page(sign_in):
    answer = sign_in().post(PAGE, {"country": "KE", "language": "sw", "call": "1"})

    assert "<!doctype html>" in answer.content.decode()
    assert answer.context["look"].place == "main"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ("DJ", "", True)),
        ({"country": "XX", "language": "zz"}, ("DJ", "", True)),
        ({"country": "ET", "language": "am-Latn"}, ("ET", "am", False)),
        ({"country": "ET", "language": "am", "operator": "latin"}, ("ET", "am", False)),
    ],
)
def test_what_makes_no_sense_is_passed_over(sign_in, query, expected):
    own = sign_in().get(PAGE, query).context["wish"].handset

    assert (own.country, own.language, own.letters) == expected


def test_edition_that_cannot_be_read_says_so(sign_in):
    Edition.objects.create(hash="ab", kind="live", body="{}", published_at=timezone.now())

    for name in ("ab", "unknown"):
        answer = sign_in().get(PAGE, {"edition": name, "country": "KE"})
        assert "cannot be read here" in answer.content.decode()


def test_item_that_no_key_leads_to_says_so(sign_in):
    answer = sign_in().get(PAGE, {"item": "quiz-01", "language": "sw", "country": "KE"})

    assert "No key leads to this item here" in answer.content.decode()
    assert answer.context["sms"].text


def test_item_without_a_language_opens_in_the_first_of_the_country(sign_in):
    shown = sign_in().get(PAGE, {"item": "faq-014", "country": "UG"}).context

    assert (shown["wish"].handset.language, shown["look"].item) == ("en", "faq-014")


def test_nothing_is_journalled(sign_in, tmp_path):
    client = sign_in()
    client.post(PAGE, {"country": "KE", "open": "1", "said": ["1", "1"], "key": "7"})

    assert not (tmp_path / "journal").exists()
    assert Edition.objects.count() == 0
