"""The content editor: new items, what is typed shown live on every channel, and made GSM-7 safe."""

import re

import pytest
from django.urls import reverse

from analytics import networks
from campaigns.models import ContentItem, Text
from campaigns.writing import room
from tests.campaigns.views.items.editing import ITEM, english, page, row, told, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


# --- new ----------------------------------------------------------------------------------------------


def test_new_item_begins_with_its_kind(sign_in):
    client = sign_in("manager")
    kinds = client.get(reverse("campaigns:item-new")).context["kinds"]
    form = client.get(reverse("campaigns:item-new"), {"kind": "faq", "parent": "asylum"})

    assert [kind for kind, *_ in kinds] == ["menu", "article", "faq", "quiz", "story"]
    assert form.context["facts_form"].initial["parent"] == "asylum"


def new(client, **changes):
    told = {"facts": "1", "parent": "dangers-east", "order": "7", "component": "", "claim": ""}
    words = {"title": "New?", "short": "New", "body": "Take care.", "phrasings": "a\nb"}
    form = {"kind": "faq", "code": "faq-999", **told, **words, "do": "save", **changes}
    return client.post(reverse("campaigns:item-new"), form)


def test_new_item_is_made_with_its_words(sign_in):
    answer = new(sign_in("manager"))

    assert (answer.url, row("faq-999").order, row("faq-999").topic) == (
        page("faq-999"),
        7,
        "dangers",
    )
    assert (english("faq-999").body, english("faq-999").phrasings) == ("Take care.", ["a", "b"])


def test_zero_bytes_are_taken_out_of_a_name(sign_in):
    answer = new(sign_in("manager"), code="faq\x00-999")

    assert answer.url == page("faq-999")


def test_more_ways_to_ask_than_anybody_writes_are_refused_at_once(sign_in):
    many = "\n".join(f"how do I reach place {number}" for number in range(1500))

    answer = new(sign_in("manager"), phrasings=many)

    assert answer.status_code == 422
    assert list(answer.context["words_form"].errors) == ["phrasings"]
    assert len(answer.context["near"]) == 20


def test_nothing_is_shown_of_an_item_named_with_a_zero_byte(sign_in):
    assert sign_in("manager").post(reverse("campaigns:shown"), {"code": "\x00"}).status_code == 404


@pytest.mark.parametrize("code", ["new", "Faq 1", "ui.x", "../x", "é"])
def test_name_that_is_no_name_is_refused(sign_in, code):
    answer = new(sign_in("manager"), code=code)

    assert [one.sentence() for one in answer.context["general"]] == [
        "its name is of small letters, digits and hyphens, 64 at most."
    ]


def test_refused_new_item_leaves_nothing_behind_and_can_be_sent_again(sign_in):
    client = sign_in("manager")

    refused = new(client, body="")
    again = new(client)

    assert (refused.status_code, again.status_code) == (422, 302)
    assert ContentItem.objects.filter(code="faq-999").count() == 1


def test_manager_of_one_country_makes_items_for_it(sign_in):
    client = sign_in("manager", "KE")

    everywhere, own = new(client), new(client, countries=["KE"])

    assert (everywhere.status_code, own.status_code) == (422, 302)
    assert row("faq-999").countries == ["KE"]


# --- live ---------------------------------------------------------------------------------------------


def test_free_keys_of_the_menu_are_told(sign_in):
    client = sign_in("manager")

    taken = set(room.keys_taken("asylum", []))
    fresh = client.get(reverse("campaigns:item-new"), {"kind": "faq", "parent": "asylum"})

    free = [key for key in "1234567" if key not in taken]
    assert fresh.context["free"] == free
    assert fresh.context["facts_form"].initial["order"] == int(free[0])


def shown(client, **form):
    return client.post(reverse("campaigns:shown"), {"code": ITEM, **form})


def test_typed_words_are_shown_and_not_saved(sign_in):
    before = english().pk

    answer = shown(sign_in("manager"), **typed(body="It’s so. {menu:asylum}"), look="KE")

    found = answer.context["shown"]
    assert found.message.text.startswith("DEMO It’s so. ")
    assert [one.name for one in found.odd] == ["RIGHT SINGLE QUOTATION MARK"]
    assert (answer.context["stale"], answer.context["letters"]) == (["so"], len(english().short))
    assert english().pk == before


def test_networks_that_show_a_script_are_named(sign_in):
    networks.load()

    answer = shown(sign_in("manager"), **typed(), look="ET")

    assert answer.context["networks"] == [["Ethio telecom"], ["Safaricom Ethiopia"]]


def test_typed_facts_shape_the_screens(sign_in):
    answer = shown(sign_in("manager"), **typed(), **told(sensitive="on"), look="KE")

    assert "99 Leave now" in answer.context["shown"].screens[-1].text


def test_reader_is_shown_what_is_stored(sign_in):
    answer = shown(sign_in("approver"), look="KE", tongue="so")

    stored = Text.objects.filter(item__code=ITEM, language="so").latest("id")
    longest = max(re.split(r"\{[^}]*\}", stored.body), key=len)
    assert answer.context["shown"].language == "so"
    assert longest in answer.context["shown"].message.text


def test_new_item_is_shown_before_it_exists(sign_in):
    form = {"kind": "faq", "code": "faq-999", "title": "T", "short": "S", "body": "Hello."}

    answer = sign_in("manager").post(reverse("campaigns:shown"), form)

    assert answer.context["shown"].message.text == "DEMO Hello."


def test_costs_are_in_the_money_of_the_price(sign_in):
    answer = shown(sign_in("manager"), **typed(body="x. {menu:asylum}"), look="KE")

    kenya = next(cost for _, cost in answer.context["costs"] if cost.country == "KE")
    assert (kenya.low, kenya.currency, kenya.parts) == (800, "KES", 1)
    assert "800 KES" in answer.content.decode()


def test_page_shows_the_same_without_a_script(sign_in):
    answer = sign_in("manager").post(page(), typed(do="look", body="Look. {menu:asylum}"))

    assert answer.status_code == 200
    assert answer.context["shown"].message.text.startswith("DEMO Look. ")


def test_tokens_say_what_they_become_in_the_country(sign_in):
    answer = sign_in("translator").get(reverse("campaigns:tokens"), {"look": "ET"})

    found = {one.written: one.becomes for one in answer.context["tokens"]["number"]}
    assert "{hotline}" in found
    assert "Ethiopia" in answer.content.decode()


# --- GSM-7 --------------------------------------------------------------------------------------------


def test_safe_words_are_proposed_and_not_put_into_the_form(sign_in):
    answer = sign_in("manager").post(page(), typed(do="safe", body="It’s reçu. {menu:asylum}"))

    assert [(one.character, one.becomes) for one in answer.context["safe"]] == [
        ("’", "'"),
        ("ç", "c"),
    ]
    assert answer.context["words_form"]["body"].value() == "It’s reçu. {menu:asylum}"


def test_ticked_replacements_are_put_into_the_form_and_nowhere_else(sign_in):
    before = english().pk
    form = typed(do="apply", body="It’s reçu. {menu:asylum}", replace=["’"])

    answer = sign_in("manager").post(page(), form)

    assert answer.context["words_form"]["body"].value() == "It's reçu. {menu:asylum}"
    assert english().pk == before
