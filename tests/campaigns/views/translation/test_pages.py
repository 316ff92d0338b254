"""The pages of translation: who may open, write and decide, what is shown, and that nothing typed is lost."""

from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.editions.content import Words
from campaigns.models import ContentItem, Status, Text
from people import staff
from tests.campaigns.house import DOOR

pytestmark = pytest.mark.django_db
ROLES = ("administrator", "manager", "approver", "translator", "monitoring", "protection")
HTMX = {"HX-Request": "true"}


def at(name, *args):
    return reverse(f"campaigns:translation{name}", args=args)


PAGE = ("sw", "faq-001")


def typed(words=DOOR, **more):
    return {
        "title": words.title,
        "short": words.short,
        "body": words.body,
        "phrasing": "\n".join(words.phrasings),
        **more,
    }


def said(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


# --- who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("administrator", [200, 200, 200, 403]),
        ("manager", [200, 200, 200, 403]),
        ("approver", [200, 200, 200, 200]),
        ("translator", [200, 200, 200, 403]),
        ("monitoring", [403, 403, 403, 403]),
        ("protection", [200, 200, 200, 403]),
    ],
)
def test_pages_open_to_each_role(sign_in, role, expected):
    client = sign_in(role)
    pages = [at(""), at("-texts", "sw"), at("-text", *PAGE), at("-reading", "sw")]

    assert [client.get(page).status_code for page in pages] == expected


@pytest.mark.parametrize("role", ROLES)
def test_only_writers_write(sign_in, role):
    status = sign_in(role).post(at("-text", *PAGE), typed()).status_code

    may = role in ("manager", "translator")
    assert (status, Text.objects.filter(language="sw").count()) == ((302, 1) if may else (403, 0))


@pytest.mark.parametrize("role", ROLES)
def test_only_approvers_decide(sign_in, house, role):
    text = house.write("faq-001", "sw", DOOR)
    data = {"text": text.pk, "decision": "approve"}

    status = sign_in(role).post(at("-decide", *PAGE), data).status_code

    text.refresh_from_db()
    expected = (302, Status.APPROVED) if role == "approver" else (403, Status.DRAFT)
    assert (status, text.status) == expected


def test_entry_stands_for_those_who_write_or_approve(sign_in):
    entry = f'href="{at("")}"'

    shown = {role: entry in sign_in(role).get("/").content.decode() for role in ROLES}

    assert [role for role, there in shown.items() if there] == ["manager", "approver", "translator"]


@pytest.mark.parametrize("address", ["/translation/xx/", "/translation/xx/texts/faq-001/"])
def test_unknown_language_is_not_found(sign_in, address):
    assert sign_in("translator").get(address).status_code == 404


def test_item_of_another_country_is_not_found(sign_in):
    ContentItem.objects.filter(code="faq-001").update(countries=["ET"])

    answers = [
        sign_in("translator").get(at("-text", *PAGE)),
        sign_in("translator").post(at("-text", *PAGE), typed()),
        sign_in("translator").post(at("-check", *PAGE), typed()),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


# --- what is shown -------------------------------------------------------------------------------------


def test_readiness_shows_every_language(sign_in, house):
    house.write("faq-001", "sw", DOOR)

    rows = sign_in("translator").get(at("")).context["rows"]

    assert [row.progress.code for row in rows][:2] == ["en", "sw"]
    assert not rows[1].stands


def test_readiness_without_texts_says_what_to_do(client, db):
    staff.install_roles()
    client.force_login(staff.hire("t", "translator", countries=["KE"], password="x"))

    assert "manage.py load_content" in client.get(at("")).content.decode()


def codes(answer):
    return [row.item.code for _heading, rows in answer.context["groups"] for row in rows]


def test_list_is_filtered_by_state_and_words(sign_in, house):
    house.write("faq-001", "sw", DOOR)
    client = sign_in("translator")

    assert codes(client.get(at("-texts", "sw"), {"state": "draft"})) == ["faq-001"]
    assert codes(client.get(at("-texts", "sw"), {"state": "missing", "q": "passport"})) == [
        "faq-002"
    ]
    assert codes(client.get(at("-texts", "sw"), {"q": "nowhere"})) == []


def test_list_stands_under_the_titles_of_menus(sign_in):
    groups = sign_in("translator").get(at("-texts", "sw")).context["groups"]

    headings = [str(heading) for heading, _rows in groups]
    assert headings == [
        "Help",
        "Dangers",
        "Njia Salama",
        "Safe ways",
        "Quiz",
        "Words of the screens",
    ]


def test_page_shows_tokens_with_what_they_become(sign_in):
    english = sign_in("translator").get(at("-text", *PAGE)).context["english"]

    body = dict(english)["Text"]
    tokens = {piece.text: piece.becomes for piece in body if piece.token}
    assert tokens == {
        "{year:F01}": "2025",
        "{figure:F01}": "1,200",
        "{menu:safe-ways}": "Safe ways: reply 2.",
        "{hotline}": "(no number yet)",
    }


def test_form_has_language_and_direction(sign_in):
    page = sign_in("translator").get(at("-text", "ar", "faq-001")).content.decode()

    assert (
        '<textarea name="body" cols="40" rows="6" class="form-control" lang="ar" dir="rtl"' in page
    )
    assert (
        '<textarea name="back" cols="40" rows="4" class="form-control" lang="en" dir="ltr"' in page
    )


def test_quiz_form_has_as_many_options_as_the_english(sign_in):
    form = sign_in("translator").get(at("-text", "sw", "quiz-01")).context["form"]

    assert list(form.fields) == ["body", "option-1", "option-2", "back"]


def test_page_takes_the_same_queries_however_many_texts_there_are(
    sign_in, house, django_assert_max_num_queries
):
    client = sign_in("translator")
    for _ in range(3):
        house.write("faq-001", "sw", replace(DOOR, title=f"Njia {_}"))

    with django_assert_max_num_queries(16):
        client.get(at("-text", *PAGE))


# --- writing -------------------------------------------------------------------------------------------


def test_text_is_saved_as_a_draft_of_its_writer(sign_in):
    answer = sign_in("translator").post(at("-text", *PAGE), typed(back="In 2025 people died."))

    text = Text.objects.get(language="sw")
    assert (answer.status_code, answer.url) == (302, at("-text", *PAGE))
    assert (text.author, text.status, text.back) == ("translator", "draft", "In 2025 people died.")
    assert text.phrasings == list(DOOR.phrasings)
    assert text.source_hash == Text.objects.get(item=text.item, language="en").digest


def test_same_words_again_are_no_news(sign_in):
    client = sign_in("translator")
    client.post(at("-text", *PAGE), typed())

    answer = client.post(at("-text", *PAGE), typed())

    assert said(answer)[-1] == "Nothing changed: these words are the newest text already."
    assert Text.objects.filter(language="sw").count() == 1


def test_refused_text_keeps_what_was_typed_and_says_why_beside_the_field(sign_in):
    data = typed(short="x" * 25, body="Watu {hotlin}. {menu:safe-ways} {hotline}")

    answer = sign_in("translator").post(at("-text", *PAGE), data)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form["body"].value() == data["body"]
    assert form.errors["short"] == [f"the label '{'x' * 25}' has 25 characters; 20 at most."]
    assert form.errors["body"][0] == "nobody knows the token {hotlin}."
    assert not Text.objects.filter(language="sw").exists()


def test_text_that_lost_a_token_is_refused(sign_in):
    body = "Mwaka {year:F01} watu {figure:F01}. {menu:safe-ways}"

    answer = sign_in("translator").post(at("-text", *PAGE), typed(body=body))

    assert answer.context["form"].errors["body"] == [
        "it lost the token {hotline} of the English text."
    ]


def test_save_and_go_on_leads_to_the_next_open_text(sign_in):
    answer = sign_in("translator").post(at("-text", *PAGE), typed(next="1"))

    assert (answer.status_code, answer.url) == (302, at("-text", "sw", "main"))


def test_quiz_options_are_saved(sign_in):
    data = {"body": "Yemeni ina vita?", "option-1": "Ndiyo", "option-2": "Hapana"}

    sign_in("translator").post(at("-text", "sw", "quiz-01"), data)

    assert Text.objects.get(language="sw").options == ["Ndiyo", "Hapana"]


def test_english_is_not_written_here(sign_in):
    assert sign_in("manager").post(at("-text", "en", "faq-001"), typed()).status_code == 403


# --- stale and earlier ---------------------------------------------------------------------------------


def test_stale_page_shows_what_changed_in_the_english(sign_in, stale):
    changes = sign_in("translator").get(at("-text", *PAGE)).context["changes"]

    (name, pair), *others = changes
    assert (name, others) == ("Text", [])
    assert [piece.text for piece in pair.after if piece.changed] == [" young"]


def test_still_right_is_a_new_draft_from_the_new_english(sign_in, stale):
    sign_in("translator").post(at("-text", *PAGE), {"again": stale.pk})

    new = Text.objects.filter(language="sw").latest("id")
    english = Text.objects.filter(item=new.item, language="en").latest("id")
    assert new.pk != stale.pk
    assert (new.digest, new.source_hash, new.phrasings) == (
        stale.digest,
        english.digest,
        stale.phrasings,
    )


def test_english_that_is_not_kept_is_said(sign_in, stale):
    Text.objects.filter(pk=stale.pk).update(source_hash="lost")

    answer = sign_in("translator").get(at("-text", *PAGE))

    assert answer.context["changes"] is None
    assert "is not kept here" in answer.content.decode()


def test_earlier_text_is_taken_up_again(sign_in, house):
    first = house.write("faq-001", "sw", DOOR)
    house.write("faq-001", "sw", replace(DOOR, title="Njia"))

    sign_in("translator").post(at("-text", *PAGE), {"again": first.pk})

    new = Text.objects.filter(language="sw").latest("id")
    assert (Text.objects.filter(language="sw").count(), new.title) == (3, DOOR.title)


def test_text_of_another_item_is_not_taken_up(sign_in, house):
    other = house.write("faq-002", "sw", Words("Hati", "Hati", "Pasipoti na viza."))

    answer = sign_in("translator").post(at("-text", *PAGE), {"again": other.pk})

    assert (answer.status_code, Text.objects.filter(language="sw").count()) == (404, 1)


# --- while typing --------------------------------------------------------------------------------------


def check(client, **more):
    return client.post(at("-check", *PAGE), typed(**more), headers=HTMX)


def test_check_tells_parts_and_screens(sign_in):
    shown = check(sign_in("translator")).context["shown"]

    assert (shown.problems, shown.message.parts, len(shown.screens)) == ((), 1, 1)


def test_check_tells_what_is_wrong_and_keeps_nothing(sign_in):
    answer = check(sign_in("translator"), body="Fupi")

    assert "it lost the token {hotline}" in answer.content.decode()
    assert not Text.objects.filter(language="sw").exists()


def test_check_of_a_token_nobody_knows_is_no_error(sign_in):
    answer = check(sign_in("translator"), body="Watu {nani")

    assert (answer.status_code, answer.context["shown"].message) == (200, None)


@pytest.mark.parametrize("role", ["approver", "protection", "monitoring"])
def test_check_is_for_writers(sign_in, role):
    assert check(sign_in(role)).status_code == 403
