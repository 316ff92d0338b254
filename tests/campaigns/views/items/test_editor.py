"""The content editor: who reads, writes and changes; refusals beside the fields; nothing typed is lost."""

import pytest
from django.urls import reverse

from campaigns.models import ContentItem, Status
from tests.campaigns.views.items.editing import ITEM, english, page, row, said, told, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]
READERS = ("administrator", "manager", "approver", "translator", "protection")


# --- who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", READERS)
def test_page_opens_for_whoever_reads_content(sign_in, role):
    assert sign_in(role).get(page()).status_code == 200


@pytest.mark.parametrize(
    ("name", "method"),
    [
        (page(), "get"),
        (reverse("campaigns:contents"), "get"),
        (reverse("campaigns:wordings"), "get"),
        (reverse("campaigns:tokens"), "get"),
        (reverse("campaigns:shown"), "post"),
    ],
)
def test_monitoring_sees_no_content(sign_in, name, method):
    assert getattr(sign_in("monitoring"), method)(name).status_code == 403


@pytest.mark.parametrize("role", ["approver", "translator", "protection", "administrator"])
def test_only_managers_make_and_retire(sign_in, role):
    client = sign_in(role)

    assert client.get(reverse("campaigns:item-new")).status_code == 403
    assert client.post(reverse("campaigns:item-standing", args=[ITEM, "retire"])).status_code == 403


def test_translator_proposes_words_and_changes_no_facts(sign_in):
    client = sign_in("translator")
    shown = client.get(page())

    answer = client.post(page(), typed(body="New. {menu:asylum}") | told(claim="law"))

    assert (shown.context["facts_form"], answer.status_code) == (None, 302)
    assert (english().body, row().claim) == ("New. {menu:asylum}", "fact")


@pytest.mark.parametrize("role", ["approver", "protection", "administrator"])
def test_reader_has_no_button_and_writes_nothing(sign_in, role):
    client = sign_in(role)
    before = english().pk

    answer = client.post(page(), typed(body="New. {menu:asylum}") | told(claim="law"))

    assert b'value="save"' not in client.get(page()).content
    assert (english().pk, row().claim) == (before, "fact")
    assert answer.status_code == 403


def test_item_of_another_country_is_not_found(sign_in):
    ContentItem.objects.create(code="et", kind="faq", countries=["ET"])

    assert sign_in("manager", "KE").get(page("et")).status_code == 404


def test_item_for_all_countries_is_read_and_its_text_proposed_by_who_holds_some(sign_in):
    client = sign_in("manager", "KE")

    shown = client.get(page())
    answer = client.post(page(), typed(body="New. {menu:asylum}") | told(claim="law"))

    assert shown.context["facts_form"] is None
    assert (answer.status_code, english().body, row().claim) == (302, "New. {menu:asylum}", "fact")


# --- writing ------------------------------------------------------------------------------------------


def test_saved_words_are_a_draft_of_their_writer(sign_in):
    answer = sign_in("manager").post(page(), typed(body="New. {menu:asylum}"))

    text = english()
    assert (answer.url, text.status, text.author) == (page(), Status.DRAFT, "a-manager")
    assert said(answer) == ["Saved as a draft. Somebody else approves it before it can go live."]


def test_line_feeds_of_browsers_are_not_billed(sign_in):
    sign_in("manager").post(page(), typed(body="One.\r\nTwo. {menu:asylum}"))

    assert english().body == "One.\nTwo. {menu:asylum}"


def test_unchanged_words_are_not_saved_again(sign_in):
    before = english().pk

    answer = sign_in("manager").post(page(), typed())

    assert (english().pk, said(answer)) == (
        before,
        ["Nothing was changed, so nothing was saved."],
    )


def test_refused_words_stay_in_the_form_with_the_reason_beside(sign_in):
    before = english().pk

    answer = sign_in("manager").post(
        page(), typed(short="x" * 25, body="Call {hotlin}. {menu:asylum}")
    )

    assert (answer.status_code, english().pk) == (422, before)
    beside = answer.context["beside"]
    assert {name: [one.sentence() for one in found] for name, found in beside.items()} == {
        "short": [f"the label '{'x' * 25}' has 25 characters; 20 at most."],
        "body": ["nobody knows the token {hotlin}."],
    }
    assert "Call {hotlin}. {menu:asylum}" in answer.content.decode()


def test_facts_and_words_are_written_both_or_neither(sign_in):
    sign_in("manager").post(page(), typed(body="") | told(claim="law"))

    assert row().claim == "fact"


def test_facts_are_saved_beside_unchanged_words(sign_in):
    answer = sign_in("manager").post(page(), typed() | told(claim="law", sensitive="on"))

    assert (row().claim, row().sensitive, said(answer)) == ("law", True, ["Saved."])


def test_address_that_is_none_is_told_at_its_field(sign_in):
    answer = sign_in("manager").post(page(), typed(audio="no address"))

    assert (answer.status_code, list(answer.context["words_form"].errors)) == (422, ["audio"])


def test_wording_has_only_its_words(sign_in):
    client = sign_in("manager")

    shown = client.get(page("ui.ussd.back"))
    client.post(page("ui.ussd.back"), {"body": "Go back", "do": "save"})

    assert (list(shown.context["words_form"].fields), shown.context["facts_form"]) == (
        ["body"],
        None,
    )
    assert english("ui.ussd.back").body == "Go back"


def test_wording_that_loses_its_places_is_refused(sign_in):
    answer = sign_in("manager").post(page("ui.bot.route"), {"body": "Reply.", "do": "save"})

    assert [one.sentence() for one in answer.context["desk"].problems] == [
        "it must have the placeholders of the English one (key label)."
    ]


def test_quiz_keeps_its_right_answer(sign_in):
    client = sign_in("manager")
    text = english("quiz-02")

    answer = client.post(page("quiz-02"), {"body": text.body, "options": "Only one", "do": "save"})

    assert [one.sentence() for one in answer.context["beside"]["options"]] == [
        "its right option, number 2, is missing."
    ]


def test_earlier_text_is_taken_up_into_the_form_only(sign_in):
    client = sign_in("manager")
    first = english()
    client.post(page(), typed(body="New. {menu:asylum}"))

    shown = client.get(page(), {"take": first.pk})

    assert [one.pk for one in shown.context["earlier"]] == [first.pk]
    assert shown.context["words_form"].initial["body"] == first.body
    assert english().body == "New. {menu:asylum}"


# --- digits -------------------------------------------------------------------------------------------


def test_moved_key_asks_first_and_keeps_what_was_typed(sign_in, published):
    client = sign_in("manager")

    answer = client.post(page(), typed(body="New. {menu:asylum}") | told(order=7))

    told_of = [(one["key"], one["after"], one["everywhere"]) for one in answer.context["digits"]]
    assert (answer.status_code, told_of) == (
        422,
        [
            ("1", "", True),
            ("7", "How dangerous is the road to Saudi Arabia?", False),  # "Test yourself" before
        ],
    )
    assert (row().order, "New. {menu:asylum}" in answer.content.decode()) == (1, True)


def test_moved_key_that_was_confirmed_is_written(sign_in, published):
    answer = sign_in("manager").post(page(), typed() | told(order=7, sure="1"))

    assert (answer.status_code, row().order) == (302, 7)


def test_words_that_somebody_saved_meanwhile_are_told_before_they_are_written_over(sign_in):
    client, read = sign_in("manager"), str(english().pk)
    client.post(page(), typed(body="One. {menu:asylum}"))
    mine = typed(body="Two. {menu:asylum}", read=read)

    answer = client.post(page(), mine)

    assert (answer.status_code, english().body) == (422, "One. {menu:asylum}")
    assert [one.sentence() for one in answer.context["beside"]["body"]] == [
        "somebody changed it meanwhile; look at it again first."
    ]
    assert "Two. {menu:asylum}" in answer.content.decode()
    client.post(page(), mine | {"read": answer.context["text"].pk})
    assert english().body == "Two. {menu:asylum}"


# --- approving, retiring ------------------------------------------------------------------------------


def judge(client, **form):
    return client.post(reverse("campaigns:item-judge", args=[ITEM]), {"text": english().pk, **form})


def test_approver_approves_the_text_of_another(sign_in):
    sign_in("manager").post(page(), typed(body="New. {menu:asylum}"))

    answer = judge(sign_in("approver"))

    assert (english().status, said(answer)[-1]) == (Status.APPROVED, "Approved.")


def test_text_is_sent_back_with_a_remark_its_author_reads(sign_in):
    sign_in("manager").post(page(), typed(body="New. {menu:asylum}"))
    judge(sign_in("approver"), back="1", remark="Say the year.")

    shown = sign_in("manager").get(page())

    assert english().status == Status.RETURNED
    assert "Say the year." in shown.content.decode()


@pytest.mark.parametrize("named", ["abc", "", "-1", "\u0661"])
def test_judging_a_text_that_is_no_number_finds_nothing(sign_in, named):
    assert judge(sign_in("approver"), text=named).status_code == 404


def test_zero_bytes_are_taken_out_of_a_remark(sign_in):
    sign_in("manager").post(page(), typed(body="New. {menu:asylum}"))

    judge(sign_in("approver"), back="1", remark="Say\x00 why.")

    assert english().remark == "Say why."


def test_nothing_is_sent_back_without_a_reason(sign_in):
    answer = judge(sign_in("approver"), back="1")

    assert said(answer) == ["say what should be changed."]


def test_manager_approves_nothing(sign_in):
    assert judge(sign_in("manager")).status_code == 403


def test_retired_item_says_so_and_is_put_back(sign_in, published):
    client = sign_in("manager")
    code = "faq-052"
    before = client.get(page(code)).context["consequences"]

    client.post(reverse("campaigns:item-standing", args=[code, "retire"]))
    retired = row(code).retired
    client.post(reverse("campaigns:item-standing", args=[code, "put-back"]))

    assert (before["languages"], len(before["digits"])) == (2, 1)
    assert (retired, row(code).retired) == (True, False)


@pytest.mark.parametrize("code", ["main", "mine", "get-help", "ui.ussd.back"])
def test_what_the_screens_need_has_no_button_to_retire_it(sign_in, code):
    assert sign_in("manager").get(page(code)).context["consequences"] is None


def test_refused_retirement_says_why(sign_in):
    answer = sign_in("manager").post(reverse("campaigns:item-standing", args=["main", "retire"]))

    assert "the screens need it." in said(answer)


# --- who changed what -----------------------------------------------------------------------------------


def test_who_changed_which_facts_is_kept_and_shown(sign_in):
    client = sign_in("manager")
    client.post(page(), typed() | told(claim="law", sensitive="on"))
    client.post(reverse("campaigns:item-standing", args=["faq-052", "retire"]))

    changed = client.get(page()).context["changes"]
    retired = client.get(page("faq-052")).context["changes"]

    assert [(one.by, one.said) for one in changed] == [
        ("a-manager", "Changed Sensitive and It says.")
    ]
    assert [(one.by, one.said) for one in retired] == [("a-manager", "Retired.")]


def test_refused_change_is_not_kept(sign_in):
    client = sign_in("manager")
    client.post(page(), typed(body="") | told(claim="law"))
    client.post(reverse("campaigns:item-standing", args=["main", "retire"]))

    assert (
        client.get(page()).context["changes"] == client.get(page("main")).context["changes"] == []
    )
