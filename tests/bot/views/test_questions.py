"""Pages of open questions: the list, one click each, the way back, and what protection sees."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bot import grouping
from bot.models import Question, QuestionGroup
from campaigns.blasts import routes
from campaigns.models import ContentItem
from campaigns.writing import drafting
from people.models import Staff
from tests.bot.asking import GOAT, SEA, asks, editor, grouped
from tests.campaigns import scene
from tests.published import demonstration, in_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def mary(client) -> Staff:
    account = editor()
    client.force_login(account)
    return account


def lay(*texts: str, **more: str) -> QuestionGroup:
    asks(*texts, **more)
    return grouped(demonstration())[-1]


def decide(client, group: QuestionGroup, act: str, **more: str):
    return client.post(reverse("bot:question-decide", args=[group.pk]), {"do": act, **more})


def test_empty_list_says_what_to_do_next(client, mary):
    shown = client.get(reverse("bot:questions")).content.decode()

    assert reverse("bot:pairs") in shown.partition("Nothing waits.")[2]


def test_list_shows_words_counts_and_guesses_and_is_kept_in_no_cache(client, mary):
    lay(*GOAT, "goat in moyale: call 0712345678, what cost")
    answer = client.get(reverse("bot:questions"))
    shown = unescape(answer.content.decode())

    assert [one for one in ("asked 3 times", "Kenya", *GOAT) if one not in shown] == []
    assert "0712345678" not in shown
    assert "no-store" in answer["Cache-Control"]


def test_list_costs_no_query_a_group(client, mary):
    spent = []
    for text in (GOAT[0], SEA[0], "is there work in a bakery"):
        lay(text)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("bot:questions"))
        spent.append(len(queries))

    assert spent[2] == spent[1]


def test_filter_and_pages_are_read_from_any_address(client, mary):
    lay(GOAT[0])
    for query in ({"after": "x"}, {"after": "9" * 40}, {"country": "\0"[1:], "language": "sw"}):
        assert client.get(reverse("bot:questions"), query).status_code == 200
    assert len(client.get(reverse("bot:questions"), {"language": "sw"}).context["rows"]) == 0


def test_one_click_keeps_questions_out_and_another_takes_that_back(client, mary):
    group = lay(*GOAT)
    assert decide(client, group, "drop").url == reverse("bot:questions")
    assert set(Question.objects.values_list("state", flat=True)) == {"dropped"}
    shown = client.get(reverse("bot:decided")).content.decode()
    assert "not for us" in shown
    assert reverse("bot:question-undo", args=[group.pk]) in shown

    client.post(reverse("bot:question-undo", args=[group.pk]))
    assert set(Question.objects.values_list("state", flat=True)) == {"new"}


def test_one_click_makes_a_wording_of_an_answer(client, mary):
    in_tables()
    group = lay(*GOAT)
    answer = decide(client, group, "item:faq-021", phrasings="\r\n".join(GOAT))

    text = drafting.newest(ContentItem.objects.get(code="faq-021"), "en")
    assert text is not None
    assert answer.url == f"{reverse('bot:pairs')}?language=en"
    assert (text.phrasings[-2:], text.author) == (list(GOAT), "mary")


def test_refused_words_stay_in_the_field_with_the_reason(client, mary):
    group = lay(GOAT[0])
    typed = "they hold us in a house and beat us"
    answer = decide(client, group, "other", other="faq-021", phrasings=typed)

    assert answer.status_code == 422
    assert answer.context["typed"] == typed
    assert "is a cry for help" in answer.content.decode()


def test_new_answer_takes_the_words_along_with_the_form(client, mary):
    in_tables()
    group = lay(GOAT[0])
    answer = decide(client, group, "new", kind="faq", phrasings=GOAT[0])
    assert (answer.status_code, answer.url) == (307, reverse("campaigns:item-new"))

    page = client.post(answer.url, {"do": "new", "kind": "faq", "phrasings": GOAT[0]})
    assert page.status_code == 200
    assert page.context["desk"].words.phrasings == (GOAT[0],)


def test_words_of_another_language_wait_for_the_translation(client, mary):
    group = lay(GOAT[0], language="sw")
    answer = decide(client, group, "new", kind="faq", phrasings=GOAT[0])

    assert answer.url == f"{reverse('campaigns:item-new')}?kind=faq"
    assert Question.objects.get().state == "new"


def test_who_makes_no_items_begins_none(client):
    client.force_login(editor("translator", "tom"))

    assert decide(client, lay(GOAT[0]), "new").status_code == 403


def test_effect_of_typed_words_is_told_and_nothing_kept(client, mary):
    in_tables()
    group = lay(GOAT[0])
    address = reverse("bot:question-effect", args=[group.pk])
    told = client.post(address, {"other": "faq-021", "phrasings": GOAT[0]}).context["told"]

    assert (told.effect.added, told.effect.taken) == (1, 0)
    assert client.post(address, {"other": "", "phrasings": ""}).context["chosen"] is False
    assert QuestionGroup.objects.get().verdict == ""


def test_pairs_are_of_the_newest_texts_against_what_is_served(client, mary, tmp_path, settings):
    settings.DATA = tmp_path
    scene.forget_routes()
    routes._shelf().put(in_tables())
    shown = client.get(reverse("bot:pairs"), {"language": "sw"}).context
    scene.forget_routes()

    assert (shown["told"].effect.added, shown["told"].effect.taken) == (0, 0)
    assert shown["told"].right[0] == shown["told"].right[1] > 0
    assert [one.pair.crossed for one in shown["pairs"]] == sorted(
        (one.pair.crossed for one in shown["pairs"]), reverse=True
    )


def test_protection_reads_what_editors_gave_away_and_settles_it(client, mary):
    group = lay(GOAT[0])
    decide(client, group, "danger")
    assert client.get(reverse("bot:question", args=[group.pk])).status_code == 404

    client.force_login(editor("protection", "pia"))
    shown = unescape(client.get(reverse("bot:candidates")).content.decode())
    assert (GOAT[0] in shown, "not heard yet" in shown) == (True, True)
    client.post(reverse("bot:candidate-step", args=[group.pk, "heard"]))
    assert (Question.objects.count(), QuestionGroup.objects.count()) == (0, 0)


def test_guess_is_a_button_with_the_title_of_the_answer(client, mary):
    in_tables()
    lay(GOAT[0])
    grouping.guess(demonstration(), lambda _text, _language: [("faq-021", 0.31)])
    shown = client.get(reverse("bot:questions"))

    (row,) = shown.context["rows"]
    assert [(one.code, one.figure) for one in row.guesses] == [("faq-021", 31)]
    assert f'value="item:{row.guesses[0].code}"' in shown.content.decode()
