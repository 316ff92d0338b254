"""Callers over a rotation of the keys: nobody becomes somebody else, nothing counts twice, nothing is lost."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.models import Exposure
from people import consent, identity
from people.models import Subject, Suppression
from tests.doors import OTHER_PHONE, PHONE, desk, dial, journalled
from tests.editions import DANGER, edition
from tests.journal.lines import ship, write
from tests.ussd.hops import HOP, find, fold
from ussd import folding
from ussd.models import HeldHop
from ussd.sessions import Elsewhere

pytestmark = pytest.mark.django_db
EDITION = edition()
CONTENT = ("", "2", "2*1", "2*1*1")  # English, dangers, one of them


class Door:
    """A door that is restarted with each rotation, and the fold of what it wrote."""

    def __init__(self, folder) -> None:
        self._folder, self._lives = folder, 0
        self.restart()

    def restart(self, **parts: Any) -> None:
        self._lives += 1
        self.desk = desk(self._folder / str(self._lives), editions=[EDITION], **parts)

    def write(self) -> None:
        """Carry the journal's lines into the table, as the shipper does."""
        ship(self.desk.journal)
        self.restart(remembered=self.desk.remembered)

    def call(self, *texts: str, phone: str = PHONE, session: str = "") -> str:
        """One session; its last screen, folded."""
        name = session or f"ATUid_{time.time_ns()}"
        answer = dial(self.desk, *texts, phoneNumber=phone, sessionId=name)
        self.write()
        folding.fold_hops(lambda _name: EDITION)
        return answer.text


@pytest.fixture
def door(rotate, tmp_path) -> Door:
    return Door(tmp_path)


def reached() -> set[UUID]:
    return set(Exposure.objects.values_list("subject", flat=True))


def hop(phone: str = PHONE, **changes: Any) -> dict[str, Any]:
    """A line as the door writes it today."""
    address = f"tel:{phone}"
    return {**HOP, "t": identity.token(address), **identity.trail(address), **changes}


def test_without_a_rotation_the_journal_tells_no_former_tokens(door):
    dial(door.desk, "")

    assert "f" not in journalled(door.desk.journal)[0]


def test_callers_of_before_are_no_new_subjects(door, rotate):
    for phone in (PHONE, OTHER_PHONE):
        door.call(*CONTENT, phone=phone)
    before = reached()
    rotate()

    for phone in (PHONE, OTHER_PHONE):
        door.call(*CONTENT, phone=phone)

    assert (reached(), len(before)) == (before, 2)
    assert Exposure.objects.count() == 4
    assert {one.token[:3] for one in Subject.objects.all()} == {"t2."}


def test_callers_of_two_rotations_ago_are_known_too(door, rotate):
    door.call(*CONTENT)
    before = reached()
    rotate()
    rotate()

    door.call(*CONTENT)

    assert reached() == before
    assert Subject.objects.get().token == identity.token(f"tel:{PHONE}")


def test_language_is_remembered_at_the_first_call_after_a_rotation(door, rotate):
    door.call(*CONTENT)
    rotate()
    door.desk.remembered.refresh()

    assert door.call("").startswith("CON DEMO Njia Salama\n1 Dangers")


def test_line_of_before_that_is_folded_after_the_next_call_is_the_same_caller(door, rotate):
    late = hop(s="late")
    door.call(*CONTENT)
    before = reached()
    rotate()
    door.call(*CONTENT)

    fold(late)

    assert reached() == before
    assert Subject.objects.count() == 1


def test_hop_posted_again_after_a_rotation_counts_once(rotate):
    fold(hop())
    rotate()

    fold(hop())

    assert Exposure.objects.count() == 1


def test_session_goes_on_at_a_door_with_the_new_key(tmp_path, rotate):
    both = Elsewhere(settings.REDIS_URL)
    session: dict[str, Any] = {"sessionId": f"ATUid_{time.time_ns()}"}
    dial(desk(tmp_path / "a", editions=[EDITION], elsewhere=both), "", "1", **session)
    both.flush()
    rotate()

    there = desk(tmp_path / "b", editions=[EDITION], elsewhere=both)

    assert dial(there, "1*1", **session).status == 200
    (line,) = journalled(there.journal)
    assert (line["t"], line["lost"]) == (identity.token(f"tel:{PHONE}"), False)
    both.stop()


def test_somebody_elses_session_is_refused_after_a_rotation_too(tmp_path, rotate):
    both = Elsewhere(settings.REDIS_URL)
    session: dict[str, Any] = {"sessionId": f"ATUid_{time.time_ns()}"}
    dial(desk(tmp_path / "a", editions=[EDITION], elsewhere=both), "", "1", **session)
    both.flush()
    rotate()

    there = desk(tmp_path / "b", editions=[EDITION], elsewhere=both)

    assert dial(there, "1*1", phoneNumber=OTHER_PHONE, **session).status == 400
    both.stop()


def test_minor_is_one_subject_a_month_through_a_rotation(rotate):
    minor: dict[str, Any] = {"told": ["age_band", "under-18"], "waits": False}
    fold(hop(**minor))
    rotate()

    fold(hop(**minor, s="second"))

    assert (Exposure.objects.count(), len(reached()), Subject.objects.count()) == (2, 1, 0)


def test_minor_who_was_known_before_a_rotation_has_no_lasting_subject_after_it(rotate):
    fold(hop())
    rotate()

    fold(hop(told=["age_band", "under-18"], waits=False, s="second"))

    assert Subject.objects.count() == 0


def test_held_hop_is_counted_for_its_caller_after_the_rotation(rotate):
    fold(hop(waits=True))
    before = identity.subjects([identity.token(f"tel:{PHONE}")], at=timezone.now())
    rotate()
    fold(hop(s="second"))

    folding.fold_held(find, at=HeldHop.objects.get().at + timedelta(minutes=6))

    assert (Exposure.objects.count(), reached()) == (2, set(before.values()))


def test_forget_me_after_a_rotation_forgets_who_they_were(door, rotate):
    door.call(*CONTENT)
    rotate()
    door.desk.remembered.refresh()

    door.call("", "7", "7*2", "7*2*1")

    assert Subject.objects.count() == 0
    assert door.call("").startswith("CON DEMO 1 Kiswahili")


def test_opt_out_after_a_rotation_carries_the_one_of_before(rotate):
    consent.end(PHONE, how="menu", at=timezone.now())
    rotate()
    body = {
        "at": timezone.now().timestamp(),
        "st": identity.suppression_token(f"tel:{PHONE}"),
        **identity.stop_trail(f"tel:{PHONE}"),
    }
    write("opt-out", body)

    consent.fold_opt_outs()

    assert [one.token[:3] for one in Suppression.objects.all()] == ["s2."]


def test_fold_asks_nothing_more_while_no_rotation_is_open(django_assert_num_queries, rotate):
    fold(hop())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_successor")
    fold(hop(s="second", i=[DANGER]))

    assert identity.current([identity.token(f"tel:{PHONE}")]) == {}
    with django_assert_num_queries(0):
        identity.current(["t1.a", "t9.b"])
        identity.follow([f"tel:{PHONE}"])
