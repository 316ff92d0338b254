"""The question about the caller, answers by SMS, and the door against the plain replay."""

from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaigns.editions.edition import Edition
from campaigns.editions.screens import Asking
from gateways.base import UssdHop
from people import identity
from tests.doors import CODE, PHONE, desk, dial, gateway, journalled
from tests.editions import edition as small
from tests.published import demonstration
from ussd.hop import Call, _asks
from ussd.menu import Asked, Start, walk
from ussd.sessions import Pin, _dump, _load

EDITION = small()


def asking(one_in: int) -> Any:
    """The edition with callers of Kenya asked in one session of so many."""
    asked = {"KE": Asking(one_in, ("age_band", "sex"))}
    return replace(EDITION, id="asks", asking=asked)


def test_session_asks_by_its_own_name_and_as_often_as_the_country_says():
    edition = asking(4)
    drawn = Counter(
        _asks(edition, Call(gateway(), UssdHop(f"s{n}", CODE, PHONE, "", ""), "t", "KE", "", "", 0))
        for n in range(4000)
    )

    assert set(drawn) == {"", "age_band", "sex"}
    assert 800 < drawn["age_band"] + drawn["sex"] < 1200
    assert min(drawn["age_band"], drawn["sex"]) > 300


def test_country_that_does_not_ask_asks_nobody():
    call = Call(gateway(), UssdHop("s", CODE, PHONE, "", ""), "t", "ET", "", "", 0)

    assert {_asks(edition, call) for edition in (EDITION, asking(1))} == {""}


def test_question_outlives_the_process():
    pin = Pin(EDITION.id, Start("en", "KE", asks="sex"), "t")

    assert _load(_dump(pin)).start == pin.start  # type: ignore[union-attr]


@pytest.mark.django_db
def test_wish_for_an_sms_is_journalled_with_the_number_sealed(tmp_path):
    real = demonstration()
    own = desk(tmp_path, editions=[real])

    dial(own, "", "2", "2*3", "2*3*1", "2*3*1*7", "2*3*1*7*1")

    (line,) = journalled(own.journal, "send-me")
    assert identity.unseal(line.pop("number"), identity.NUMBER) == PHONE
    assert {name: line[name] for name in ("g", "s", "c", "item", "language", "edition")} == {
        "g": "sim",
        "s": "ATUid_1",
        "c": "KE",
        "item": "faq-031",
        "language": "en",
        "edition": real.id,
    }
    assert journalled(own.journal, "opt-out") == []


@pytest.mark.django_db
def test_hop_says_what_was_told_and_chosen(tmp_path):
    real = demonstration()
    own = desk(tmp_path, editions=[real])

    dial(own, "", "2", "2*4", "2*4*7", "2*4*7*1")

    *others, last = journalled(own.journal, "hop")
    assert last["quiz"] == ["quiz-10", "before", 1]
    assert [one for one in others if {"quiz", "told", "waits"} & set(one)] == []


# --- the door and the replay ----------------------------------------------------------------------

KEYS = st.sampled_from([*"0123456789", "00", "98", "99", "x"])
NAMES = count()


@pytest.fixture
def real(db: None) -> Edition:
    return demonstration()


@given(inputs=st.lists(KEYS, min_size=1, max_size=15), late=st.integers(0, 14))
@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_door_answers_what_the_replay_of_the_transcript_gives(
    real: Edition, inputs: list[str], late: int
):
    """Hop by hop, again and late: a door remembers nothing that the transcript does not say."""
    name = f"ATUid_{next(NAMES)}"
    texts = ["*".join(inputs[:number]) for number in range(len(inputs) + 1)]
    expected = [
        walk(real, Start(None, "KE"), text.split("*") if text else (), lambda *_: Asked()).text
        for text in texts
    ]
    with TemporaryDirectory() as folder:
        own = desk(Path(folder), editions=[real])
        answers = [dial(own, text, sessionId=name).text[4:] for text in texts]
        again = dial(own, texts[min(late, len(inputs))], sessionId=name).text[4:]

    assert answers == expected
    assert again == expected[min(late, len(inputs))]
