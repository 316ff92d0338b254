"""Texts to a code of RapidPro's: consent, danger and age stay here, everything else goes on and counts nowhere."""

from pathlib import Path

import pytest

from analytics.models import Exposure
from bot import folding, forwarding
from bot.memory import Memory
from bot.models import Case, Question
from bot.replies import State
from campaigns.editions.edition import Edition
from campaigns.models import Answer, Forward
from journal.models import Dead
from people import consent, identity
from people.models import Consent, Person, Successor, Suppression
from tests.bot.heard import AT, sms
from tests.campaigns import scene
from tests.doors import OTHER_PHONE, PHONE
from tests.journal.lines import write

pytestmark = pytest.mark.django_db
CODE = "21512"
GATEWAYS = """
[gateways.sim]
adapter = "africastalking"
simulated = true
secret = "simulated-simulated-simulated"
sender = "NJIA"
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:1/version1"
[gateways.rp]
adapter = "rapidpro"
secret = "external-external-external"
base = "https://rapidpro.example"
token = "tttttttttttttttttttttttttttttttttttttttt"
channel = "11111111-2222-3333-4444-555555555555"
carrier = "sim"
forwards = ["21512"]
"""


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def fold(edition, deployment, memory, settings, tmp_path: Path):
    """Journal texts that came one after the other, and fold them."""
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS, encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()

    def run(*texts: str, to: str = CODE, first: int = 1, phone: str = PHONE) -> None:
        for n, text in enumerate(texts, first):
            write("sms", sms(text, f"sms-{n}", phone, to=to))
            folding.fold_messages(lambda _: edition, memory)

    yield run
    scene.forget_routes()


def passed() -> list[str]:
    return [identity.unseal(one.text) for one in Forward.objects.order_by("id")]


def decided() -> tuple[int, int]:
    """How many were answered here, and how many go on."""
    return Answer.objects.count(), Forward.objects.count()


def test_text_waits_for_rapidpro_with_its_sender(fold):
    fold("JOIN kahawa")

    row = Forward.objects.get()
    assert (row.account, row.gateway, row.reference, row.state) == ("rp", "sim", "sms-1", "waiting")
    assert (identity.unseal(row.number, identity.NUMBER), row.made_at) == (PHONE, AT)
    assert (passed(), row.token) == (["JOIN kahawa"], identity.token(f"tel:{PHONE}"))


def test_what_goes_on_is_answered_and_counted_nowhere(fold):
    fold("can my boss keep my passport?", "zork", "hello")

    assert decided() == (0, 3)
    assert (Exposure.objects.count(), Question.objects.count(), Case.objects.count()) == (0, 0, 0)


def test_text_to_a_code_of_ours_is_answered_here(fold):
    fold("JOIN kahawa", to="22345")

    assert decided() == (1, 0)


def test_text_posted_twice_goes_on_once(fold):
    fold("JOIN kahawa")
    fold("JOIN kahawa")

    assert decided() == (0, 1)


def test_one_answered_before_the_code_was_rapidpros_does_not_go_on(fold):
    fold("menu", to="22345")
    fold("menu")

    assert decided() == (1, 0)


@pytest.mark.parametrize(
    "text",
    ["STOP", "acha", "START", "they locked me in a house", "forget me", "I am 15 years old", "  "],
)
def test_what_only_we_keep_our_word_on_stays(fold, text):
    fold(text)

    assert decided() == (1, 0)


def test_stop_to_that_code_ends_messages(fold):
    fold("STOP")
    consent.end(PHONE, how="word", at=AT)

    assert Suppression.objects.get().lifted_at is None
    assert decided() == (1, 0)


def test_start_and_what_is_answered_to_it_stay_and_take_effect(fold):
    fold("START", "YES", "2")

    assert decided() == (3, 0)
    assert Person.objects.get().token == identity.token(f"tel:{PHONE}")
    assert Consent.objects.get().basis == "sms-optin"


def test_child_that_says_so_after_start_is_put_on_no_list(fold):
    fold("START", "YES", "15")

    assert (decided(), Person.objects.count()) == ((3, 0), 0)


def test_danger_becomes_a_case_here(fold):
    fold("they locked me in a house")

    case = Case.objects.get()
    assert (case.token, case.gateway) == (identity.token(f"tel:{PHONE}"), "sim")
    assert decided() == (1, 0)


@pytest.mark.parametrize("said", ["1", "yes"])
def test_answer_to_the_question_of_danger_stays(fold, said):
    fold("they locked me in a house", said)

    assert (decided(), Case.objects.get().says) == ((2, 0), "yes")


def test_numbers_of_a_call_back_and_its_word_stay(fold, memory):
    token = identity.token(f"tel:{PHONE}")
    fold("they locked me in a house")
    key = next(one.key for one in memory.get(token).choices if one.move == "call")

    fold(key, "2", "blue mango", first=2)

    case = Case.objects.get()
    assert (decided(), case.safe_when) == ((4, 0), "morning")
    assert identity.unseal(case.safe_word) == "blue mango"


def test_number_without_a_question_of_ours_answers_the_flow(fold):
    fold("1", "8", "yes", "menu")

    assert decided() == (0, 4)


def test_number_answers_whoever_spoke_last(fold):
    fold("STOP", "8", "JOIN kahawa", "8")

    assert (decided(), passed()) == ((2, 2), ["JOIN kahawa", "8"])


def test_somebody_elses_question_keeps_nobodys_number(fold):
    fold("they locked me in a house")
    fold("1", first=2, phone=OTHER_PHONE)

    assert passed() == ["1"]


def test_age_told_here_is_remembered_when_the_flow_went_on(fold):
    fold("I am 15 years old", "JOIN kahawa", "START", "YES")

    assert (passed(), Person.objects.count()) == (["JOIN kahawa"], 0)
    assert Answer.objects.count() == 3


def test_goes_on_though_nothing_is_published_here(fold, deployment):
    def nothing(_simulated: bool) -> Edition:
        raise AssertionError("no edition is needed")

    write("sms", sms("JOIN kahawa", to=CODE))

    assert folding.fold_messages(nothing, Memory()) == 1
    assert decided() == (0, 1)


def test_entry_that_is_no_message_is_set_aside(fold, edition):
    write("sms", {"at": AT.timestamp(), "g": "sim", "to": CODE, "t": "t1.x", "text": "unsealed"})

    folding.fold_messages(lambda _: edition, Memory())

    assert (decided(), Dead.objects.get().why) == ((0, 0), "no message: BrokenSeal")


def test_text_of_before_a_rotation_waits_under_the_token_of_now(fold, rotate):
    before = identity.token(f"tel:{PHONE}")
    write("sms", sms("JOIN kahawa", to=CODE))
    rotate()
    now = identity.token(f"tel:{PHONE}")
    Successor.objects.create(old=before, new=now)

    fold("hello", first=2)

    assert Forward.objects.earliest("id").token == now


@pytest.mark.parametrize(
    ("state", "text", "stays"),
    [
        (State(), "1", False),
        (State(language="en"), "1", True),
        (State(language="en"), "help", True),
        (State(language="en"), "JOIN kahawa", False),
        (State(language="en", expects="word"), "blue mango", True),
        (State(minor=True), "1", False),
    ],
    ids=str,
)
def test_what_answers_us_stays(state, text, stays):
    assert forwarding.stays(state, text) is stays
