"""Deciding about texts: one at a time with a reason, and many that were read."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.editions.content import Words
from campaigns.models import ContentItem, Text
from tests.campaigns.house import DOOR

pytestmark = pytest.mark.django_db
PAGE = ("sw", "faq-001")
HTMX = {"HX-Request": "true"}


def at(name, *args):
    return reverse(f"campaigns:translation{name}", args=args)


def said(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


# --- deciding ------------------------------------------------------------------------------------------


def test_own_text_cannot_be_approved_and_it_is_said_why(sign_in, house):
    text = house.write("faq-001", "sw", DOOR)
    Text.objects.filter(pk=text.pk).update(author="approver")
    client = sign_in("approver")

    answer = client.post(at("-decide", *PAGE), {"text": text.pk, "decision": "approve"})

    assert answer.status_code == 422
    assert said(answer) == ["you wrote it; another person has to approve it."]
    assert client.get(at("-text", *PAGE)).context["own"]


def test_text_is_sent_back_with_a_reason(sign_in, house):
    text = house.write("faq-001", "sw", DOOR)
    data = {"text": text.pk, "decision": "return", "remark": "Say it shorter."}

    sign_in("approver").post(at("-decide", *PAGE), data)

    text.refresh_from_db()
    assert (text.status, text.remark) == ("returned", "Say it shorter.")
    assert "Say it shorter." in sign_in("translator").get(at("-text", *PAGE)).content.decode()


def test_sending_back_needs_a_reason(sign_in, house):
    text = house.write("faq-001", "sw", DOOR)

    answer = sign_in("approver").post(at("-decide", *PAGE), {"text": text.pk, "decision": "return"})

    assert (answer.status_code, said(answer)) == (422, ["say what should be changed."])


def test_text_that_is_no_number_is_not_found(sign_in, house):
    house.write("faq-001", "sw", DOOR)

    answer = sign_in("approver").post(at("-decide", *PAGE), {"text": "abc", "decision": "approve"})

    assert answer.status_code == 404


def test_stale_text_is_not_approved(sign_in, stale):
    answer = sign_in("approver").post(
        at("-decide", *PAGE), {"text": stale.pk, "decision": "approve", "remark": "kept"}
    )

    assert (answer.status_code, answer.context["remark"]) == (422, "kept")


def test_english_is_approved_on_the_same_page(sign_in):
    text = Text.objects.get(item__code="faq-001", language="en")

    sign_in("approver").post(
        at("-decide", "en", "faq-001"), {"text": text.pk, "decision": "approve"}
    )

    text.refresh_from_db()
    assert text.status == "approved"


# --- reading many --------------------------------------------------------------------------------------


def test_reading_shows_what_waits(sign_in, house):
    house.write("faq-001", "sw", DOOR)
    house.approve(house.write("faq-002", "sw", Words("Hati", "Hati", "Pasipoti na viza.")))

    shown = sign_in("approver").get(at("-reading", "sw")).context

    assert [one["row"].item.code for one in shown["rows"]] == ["faq-001"]
    assert shown["rows"][0]["problems"] == []


def test_ticked_texts_are_approved_and_others_stay(sign_in, house):
    one = house.write("faq-001", "sw", DOOR)
    two = house.write("faq-002", "sw", Words("Hati", "Hati", "Pasipoti na viza."))

    answer = sign_in("approver").post(at("-reading", "sw"), {"text": [one.pk]})

    assert said(answer) == ["1 text approved."]
    assert [Text.objects.get(pk=text.pk).status for text in (one, two)] == ["approved", "draft"]


def test_refused_ones_are_told_each_with_its_reason(sign_in, house):
    one = house.write("faq-001", "sw", DOOR)
    two = house.write("faq-002", "sw", Words("Hati", "Hati", "Pasipoti na viza."))
    Text.objects.filter(pk=two.pk).update(author="approver")

    answer = sign_in("approver").post(at("-reading", "sw"), {"text": [one.pk, two.pk, "x"]})

    assert said(answer) == [
        "faq-002: you wrote it; another person has to approve it.",
        "1 text approved.",
    ]


def test_nothing_ticked_approves_nothing(sign_in, house):
    house.write("faq-001", "sw", DOOR)

    answer = sign_in("approver").post(at("-reading", "sw"))

    assert said(answer) == ["Nothing was ticked, so nothing was approved."]


def test_button_counts_what_is_ticked(sign_in, house):
    answer = sign_in("approver").post(
        f"{at('-reading', 'sw')}?count=1", {"text": ["1", "2"]}, headers=HTMX
    )

    assert "Approve 2 texts that I have read" in answer.content.decode()
    assert not Text.objects.filter(status="approved").exists()


def test_texts_of_other_countries_are_not_approved(sign_in, house):
    text = house.write("faq-001", "sw", DOOR)
    ContentItem.objects.filter(code="faq-001").update(countries=["ET"])

    sign_in("approver").post(at("-reading", "sw"), {"text": [text.pk]})

    text.refresh_from_db()
    assert text.status == "draft"
