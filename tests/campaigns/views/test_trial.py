"""A trial on its page: the words go to colleagues' phones, and each phone has its own result."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.models import Answer
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]


def address(name, blast):
    return reverse(f"campaigns:{name}", args=[blast.pk])


@pytest.fixture
def blast():
    scene.people(2)
    return scene.planned()


def try_out(client, blast, numbers, language="en"):
    text = blast.texts.get(language=language)
    told = {"text": text.pk, "numbers": numbers}
    return client.post(address("blast-trial", blast), told)


def test_trial_puts_the_words_into_the_outbox(manager, blast):
    answer = try_out(manager, blast, f"0710000901\n\n{scene.number(902)}")

    assert (answer.status_code, answer.url) == (302, address("blast-dry-run", blast))
    assert [str(one) for one in get_messages(answer.wsgi_request)] == ["On their way to 2 phones."]
    assert list(Answer.objects.values_list("kind", "country")) == [("trial", "KE")] * 2


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ("", "Write at least one number."),
        ("07", "Line 1: wrong length: too short."),
        ("+256710000001", "Line 1: +256•••••••01 is not of a country of this blast."),
        ("\n".join(f"071000090{n}" for n in range(6)), "At most 5 phones."),
    ],
)
def test_bad_numbers_are_told_and_nothing_leaves(manager, blast, numbers, told):
    answer = try_out(manager, blast, numbers)

    assert (answer.status_code, answer.context["trial"].errors["numbers"]) == (422, [told])
    assert Answer.objects.count() == 0


def test_what_became_of_it_is_asked_again_while_it_waits(manager, blast):
    try_out(manager, blast, "0710000901")

    page = manager.get(address("blast-trial", blast)).content.decode()

    assert ("+254•••••••01" in page, "on its way" in page, "every 2s" in page) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("row", "fate", "live"),
    [
        ({"state": "sent"}, "accepted by the network, no receipt yet", True),
        ({"state": "sent", "rank": 60}, "delivered: the phone has it", False),
        (
            {"state": "sent", "rank": 50, "reason": "absent"},
            "accepted by the network, but it did not arrive: the phone was off or out of reach",
            False,
        ),
        (
            {"state": "refused", "reason": "too-old"},
            "not sent: it could not be sent within half an hour",
            False,
        ),
        (
            {"state": "waiting", "reason": "credentials"},
            "not sent yet, tried again in a moment: the provider does not accept our password",
            True,
        ),
        ({"state": "begun"}, "on its way, or unknown whether it left", False),
    ],
)
def test_each_phone_has_its_own_result(manager, blast, row, fate, live):
    try_out(manager, blast, "0710000901")
    Answer.objects.update(**row)

    page = manager.get(address("blast-trial", blast))

    assert [told for _one, told in page.context["tried"]] == [fate]
    assert ("every 2s" in page.content.decode()) is live


def test_number_stands_on_no_page(manager, blast):
    try_out(manager, blast, "0710000901")

    pages = [
        manager.get(address(name, blast)) for name in ("blast-dry-run", "blast-trial", "blast")
    ]
    assert ["710000901" in page.content.decode() for page in pages] == [False, False, False]


def test_who_may_only_look_sends_nothing(sign_in, blast):
    answer = try_out(sign_in("monitoring"), blast, "0710000901")

    assert (answer.status_code, Answer.objects.count()) == (403, 0)
