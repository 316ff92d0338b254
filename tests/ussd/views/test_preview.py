"""The preview's page: a phone on any edition, or on the drafts of now, whose presses nobody writes down."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import routes
from campaigns.editions.edition import Kind
from campaigns.models import Edition, Text
from campaigns.press import publishing
from tests.published import demonstration
from ussd import preview
from ussd.dialogues import read
from ussd.menu import Asked

PAGE, DIALOGUE = reverse("ussd:preview"), reverse("ussd:dialogue")
CONVERSATIONS = Path(__file__).parents[2] / "conversations"
HTMX = {"HX-Request": "true"}


def answering(*items):
    preview.place(lambda _edition, _language: lambda _words, _spoken: Asked(items))


def fitting():
    preview.place(lambda _edition, _language: None)


def publish() -> str:
    at = timezone.now()
    return publishing.publish(Kind.DEMONSTRATION, by=None, at=at, shelf=routes.shelf()).edition.id


@pytest.mark.parametrize(("role", "status"), [("translator", 200), ("monitoring", 403)])
def test_page_opens_by_role(sign_in, role, status):
    client = sign_in(role)

    asked = [client.get(PAGE), client.post(PAGE), client.post(DIALOGUE)]

    assert [one.status_code for one in asked] == [status] * 3


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


def test_networks_of_the_country_can_be_chosen(sign_in):
    shown = sign_in().get(PAGE, {"country": "ET", "operator": "63601"}).context

    assert [(one.code, one.letters) for one in shown["networks"]] == [
        ("63601", True),
        ("63602", False),
    ]
    assert (shown["choice"].handset.letters, shown["choice"].operator) == (True, "63601")


def test_question_about_the_caller_is_put_where_it_is_chosen(sign_in):
    phone = {"country": "KE", "language": "sw", "open": "1", "said": ["1", "1", "1"], "key": "0"}
    client = sign_in()

    asked = client.post(PAGE, phone | {"asks": "sex"}, headers=HTMX).context
    quiet = client.post(PAGE, phone | {"asks": "name"}, headers=HTMX).context

    assert (asked["look"].place, quiet["look"].place) == ("who.sex", "dangers-east")
    saved = client.post(DIALOGUE, phone | {"asks": "sex"}).content.decode()
    assert saved.split("\n")[3] == "asks sex"


def test_code_is_dialled_with_answers_behind_it(sign_in):
    client = sign_in()
    phone = {"country": "KE", "language": "sw", "call": "1"}

    deep = client.post(PAGE, phone | {"dial": " *384*1234*2*1# "}, headers=HTMX).context
    later = {"open": "1", "dialled": deep["call"].typed, "key": "0"}
    back = client.post(PAGE, phone | later | {"call": []}, headers=HTMX).context
    unknown = client.post(PAGE, phone | {"dial": "*999#"}, headers=HTMX)

    assert (deep["call"].typed, deep["call"].inputs) == ("*384*1234*2*1#", ("2", "1"))
    assert deep["look"].text.startswith("DEMO Dangers\n")  # 2 chose English: a code is everybody's
    assert (back["call"].inputs, back["keys"]) == (("2", "1", "0"), ("0",))
    assert "No gateway has this code." in unknown.content.decode()
    assert unknown.context["look"] is None


def test_calls_go_a_step_back_and_begin_again(sign_in):
    client = sign_in()
    phone = {"country": "KE", "language": "sw", "open": "1", "said": ["1", "2"]}

    back = client.post(PAGE, phone | {"back": "1"}, headers=HTMX).context
    again = client.post(PAGE, phone | {"again": "1"}, headers=HTMX).context
    redialled = client.post(PAGE, phone | {"call": "1"}, headers=HTMX).context

    assert [one["keys"] for one in (back, again, redialled)] == [("1",), (), ()]
    assert again["look"].place == "main"


def test_wire_stands_under_each_screen(sign_in):
    phone = {"country": "KE", "language": "sw", "open": "1", "said": ["1"], "key": "2"}

    answer = sign_in().post(PAGE, phone | {"wire": "1"}, headers=HTMX)

    told = answer.context["wire"]
    assert (told.number, dict(told.posted)["text"]) == (3, "1*2")
    assert told.answer == "CON " + answer.context["look"].text
    assert 'name="wire" value="1" form="handset" checked' in answer.content.decode()


def test_page_looks_again_while_the_matcher_is_fitted(sign_in):
    fitting()
    phone = {"country": "KE", "language": "sw", "open": "1", "said": ["6"], "word": "pasipoti"}

    answer = sign_in().post(PAGE, phone, headers=HTMX).content.decode()

    assert answer.count('hx-trigger="load delay:1500ms"') == 1
    assert answer.count(DIALOGUE) == 0


def test_call_is_saved_as_a_golden_dialogue(sign_in):
    answering("faq-014")
    name = publish()
    phone = {"edition": name, "country": "KE", "language": "sw", "operator": "latin"}
    said = ["6", "pasi  poti\n", "1"]

    answer = sign_in().post(DIALOGUE, phone | {"open": "1", "said": said})

    text = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="ke-sw-6-pasipoti-1.txt"'
    assert text.split("\n")[:6] == [
        "country KE",
        "language sw",
        "letters no",
        f"edition {name}",
        "ask pasi poti = faq-014",
        "",
    ]
    assert (read(text).inputs, "[faq-014 faq-014]" in text) == (("6", "pasi poti", "1"), True)


def test_call_saved_on_the_demonstration_edition_is_one_of_the_golden_files(sign_in, db):
    whole = demonstration()
    routes.shelf().put(whole)
    kept = CONVERSATIONS / "uganda-english.txt"
    call = read(kept.read_text(encoding="utf-8"))
    phone = {"edition": whole.id, "country": "UG", "language": "en", "operator": "latin"}

    saved = sign_in().post(DIALOGUE, phone | {"open": "1", "said": call.inputs}).content.decode()

    assert saved.replace(f"edition {whole.id}\n", "") == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(("edition", "status"), [("draft", 503), ("unknown", 503)])
def test_what_cannot_be_saved_says_so(sign_in, edition, status):
    fitting()
    phone = {"edition": edition, "country": "KE", "language": "sw", "open": "1"}

    answer = sign_in().post(DIALOGUE, phone | {"said": ["6", "pasipoti"]})

    assert (answer.status_code, answer["Content-Type"]) == (status, "text/plain; charset=utf-8")


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
    own = sign_in().get(PAGE, query).context["choice"].handset

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

    assert (shown["choice"].handset.language, shown["look"].item) == ("en", "faq-014")


def test_nothing_is_journalled(sign_in, tmp_path):
    client = sign_in()
    client.post(PAGE, {"country": "KE", "open": "1", "said": ["1", "1"], "key": "7"})

    assert not (tmp_path / "journal").exists()
    assert Edition.objects.count() == 0
