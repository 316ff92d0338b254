"""The page of rules: tried out, changed only once the effect was seen, taken back; and the hours on duty."""

import pytest
from django.urls import reverse

from bot import alerting
from bot.models import DangerRule
from tests.bot.caseload import case, officer
from understanding import safeguarding

pytestmark = pytest.mark.django_db
RULE = reverse("bot:safeguarding-rule", args=["en"])
FORM = {"key": "signal", "phrases": "blue umbrella\r\n+\r\ntonight", "on": "on"}


@pytest.fixture
def own(client):
    account = officer()
    client.force_login(account)
    return account


def kept(client, form=FORM, **more):
    """The two steps: look at the effect, keep."""
    seen = client.post(RULE, form).context["seen"]
    return client.post(RULE, {**form, "seen": seen, "why": "heard in a training", **more})


def test_every_language_shows_its_rules(client, own):
    for language in ("en", "am", "latin"):
        shown = client.get(reverse("bot:safeguarding"), {"language": language})
        assert len(shown.context["rules"]) == len(shown.context["book"].rules)

    assert client.get(reverse("bot:safeguarding"), {"language": "xx"}).status_code == 404


def test_message_tried_out_names_rule_and_words(client, own):
    sent = {"text": "my boss locked me in", "language": "en"}

    shown = client.post(reverse("bot:safeguarding-try"), sent)

    assert [(one.key, one.words) for one in shown.context["heard"]] == [("held", ("locked me",))]
    assert "<mark" in shown.content.decode()


@pytest.mark.parametrize(
    ("text", "rule"),
    [("naomba kuongea na mtu anisaidie", safeguarding.LIKENESS), ("naomba kuongea na mtu", "")],
)
def test_message_tried_out_raises_the_alarm_that_a_conversation_would(client, own, text, rule):
    shown = client.post(reverse("bot:safeguarding-try"), {"text": text, "language": "sw"})

    first = shown.context["first"]
    assert (first.rule if first else "") == rule


def test_nothing_is_kept_before_the_effect_was_seen(client, own):
    shown = client.post(RULE, FORM | {"why": "heard in a training"})

    assert DangerRule.objects.count() == 0
    assert len(shown.context["effect"]) == 2


def test_rule_is_kept_after_its_effect_was_seen(client, own):
    assert kept(client, reviewed="on").status_code == 302

    made = DangerRule.objects.get()
    assert (made.key, made.phrases, made.by, made.reviewed) == (
        "signal",
        "blue umbrella\n+\ntonight",
        own,
        True,
    )
    assert "native review by officer" in client.get(reverse("bot:safeguarding")).content.decode()


def test_change_after_the_look_is_looked_at_again(client, own):
    seen = client.post(RULE, FORM).context["seen"]

    client.post(RULE, {**FORM, "phrases": "what", "seen": seen, "why": "heard in a training"})

    assert DangerRule.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"phrases": "*"},
        {"key": ""},
        {"key": "\0"},
        {"phrases": "{x} y"},
        {"phrases": "a .. b .. c .. d .. e"},
    ],
)
def test_what_is_no_rule_is_refused_in_words(client, own, wrong):
    shown = client.post(RULE, FORM | wrong)

    assert shown.status_code == 422
    assert shown.context["said"]


def test_rule_that_would_hear_nearly_everything_is_not_kept(client, own):
    shown = kept(client, FORM | {"phrases": "\n".join(f"{x}*" for x in "aehiostw"), "always": "on"})

    assert shown.status_code == 422
    assert shown.context["said"].startswith("More than half")
    assert DangerRule.objects.count() == 0


def test_zero_bytes_are_left_out(client, own):
    kept(client, FORM | {"key": "sig\0nal"}, why="heard \0 in a training")

    assert [(one.key, one.why) for one in DangerRule.objects.all()] == [
        ("signal", "heard  in a training")
    ]


def test_missing_reason_is_asked_for(client, own):
    assert kept(client, why="").status_code == 422
    assert DangerRule.objects.count() == 0


def test_earlier_version_and_the_files_own_can_be_brought_back(client, own):
    held = {"key": "held", "phrases": "locked me", "on": "on"}
    kept(client, held)
    first = DangerRule.objects.get()
    kept(client, {"key": "held", "phrases": ""})

    texts = [
        client.get(RULE, {"key": "held", "of": of}).context["change"]
        for of in ("", str(first.pk), "file")
    ]

    assert [(one.on, one.text[:9]) for one in texts][:2] == [(False, ""), (True, "locked me")]
    assert texts[2].on
    assert len(texts[2].text) > 100


def test_hours_on_duty_are_put_down_by_the_officer(client, own):
    client.post(reverse("bot:duty"), {"begins-0": "8", "ends-0": "17", "begins-1": ""})

    assert alerting.hours(own) == {0: (8, 17)}


@pytest.mark.parametrize("wrong", [{"begins-0": "8"}, {"begins-0": "9", "ends-0": "8"}])
def test_hours_that_are_none_are_refused_in_words(client, own, wrong):
    shown = client.post(reverse("bot:duty"), wrong)

    assert shown.status_code == 422
    assert alerting.hours(own) == {}


def test_home_counts_the_cases_that_nobody_has(client, own):
    case(1)
    case(2, state="taken", taken_by=own)
    case(3, country="ET")

    shown = client.get(reverse("home")).content.decode()

    assert "1 case is with nobody yet" in shown
