"""A rotation of keys: everybody carried over, nobody sent to meanwhile, no stop lost, and what a lost key costs."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from journal.models import Entry
from people import consent, identity, importing, keys, rotation
from people.models import AuditEntry, Consent, Person, Successor, Suppression
from tests.people.made import NOON, number, person, write

pytestmark = pytest.mark.django_db


def test_retoken_carries_everything_over(rotate):
    known = person(1)
    subject = identity.subjects([known.token], at=NOON)[known.token]
    rotate()

    assert rotation.retoken().people == 1

    now, address = Person.objects.get(), f"tel:{number(1)}"
    assert (now.token, now.stop_token) == (
        identity.token(address),
        identity.suppression_token(address),
    )
    assert now.number == identity.seal(number(1), identity.NUMBER)
    assert identity.subjects([now.token], at=NOON)[now.token] == subject
    assert Consent.objects.get().token == now.token


def test_retoken_is_safe_to_run_again(rotate):
    person(1)
    rotate()

    assert [rotation.retoken().people, rotation.retoken().people] == [1, 0]


def test_nobody_is_sent_to_between_rotation_and_retokening(rotate):
    person(1)
    rotate()

    assert consent.sendable().count() == 0
    rotation.retoken()
    assert consent.sendable().count() == 1


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_an_opt_out_holds_whenever_it_came(rotate, when):
    person(1)
    for moment in ("before", "between", "after"):
        if when == moment:
            consent.end(number(1), how="word", at=NOON)
        if moment == "before":
            rotate()
        if moment == "between":
            rotation.retoken()

    assert consent.sendable().count() == 0


def test_an_opt_out_under_both_keys_stands_once_for_sending(rotate):
    person(1)
    consent.end(number(1), how="word", at=NOON)
    rotate()
    consent.end(number(1), how="word", at=NOON)

    rotation.retoken()

    assert consent.sendable().count() == 0
    assert (
        Suppression.objects.filter(token=identity.suppression_token(f"tel:{number(1)}")).count()
        == 1
    )


def test_retoken_works_in_portions(rotate, monkeypatch, capsys):
    monkeypatch.setattr(rotation, "PORTION", 2)
    for index in range(5):
        person(index)
    rotate()

    call_command("retoken")

    assert capsys.readouterr().out.startswith("5 people carried over, 5 seals made anew.\n")


# --- what runs say ---------------------------------------------------------------------------------------


def run(*words, capsys, fails=""):
    """What a command prints; where it must fail, with these words."""
    if fails:
        with pytest.raises(CommandError, match=fails):
            call_command(*words)
    else:
        call_command(*words)
    return capsys.readouterr().out.splitlines()


def test_retoken_tells_how_far_it_is(rotate, monkeypatch, capsys):
    monkeypatch.setattr(rotation, "PORTION", 2)
    for index in range(3):
        person(index)
    rotate()

    call_command("retoken")

    assert capsys.readouterr().err.splitlines() == [
        "people_person.number: 2 of 3",
        "people_person.number: 3 of 3",
        "people_person.number: 2 of 3",
        "people_person.number: 3 of 3",
    ]


def test_retoken_is_in_the_audit_when_it_did_something(rotate, capsys):
    person(1)
    rotate()

    call_command("retoken")
    call_command("retoken")

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what, entry.details) == (
        "keys",
        "retokened",
        {"people": "1", "seals": "1"},
    )


def test_verify_counts_rows_by_key_and_fails_while_some_wait(rotate, capsys):
    person(1)
    rotate()
    person(2)

    told = run("retoken", "--verify", capsys=capsys, fails=r"people_person\.number 1\. Run")

    assert told == [
        "people_consent.token: t1 1, t2 1  <- former key",
        "people_person.token: t1 1, t2 1  <- former key",
        "people_person.stop_token: s1 1, s2 1  <- former key",
        "people_person.number: e1 1, e2 1  <- former key",
    ]


def test_verify_is_content_when_everybody_was_carried(rotate, capsys):
    person(1)
    rotate()
    rotation.retoken()

    told = run("retoken", "--verify", capsys=capsys)

    assert told[-1] == "Everybody whose number we hold is under the current keys."
    assert not any("former" in line for line in told)


def test_seal_that_does_not_open_holds_up_nobody_and_is_named(rotate, capsys):
    person(1)
    person(2, number="e0.number.lost")
    rotate()

    told = run("retoken", capsys=capsys, fails=r"people_person\.number 1\.")

    assert told[:2] == [
        "1 people carried over, 1 seals made anew.",
        "people_person.number: 1 seals do not open under any key we have.",
    ]


def test_person_met_under_both_keys_stays_one_person(rotate):
    person(1)
    rotate()
    person(1)

    rotation.retoken()

    assert (Person.objects.count(), rotation.left()) == (1, {})


# --- parting with a key ----------------------------------------------------------------------------------


def test_status_says_where_each_key_is_needed(rotate, capsys):
    identity.subjects([identity.token("tel:+254711000001")], at=NOON)
    rotate("token")

    assert run("keys", "status", capsys=capsys) == [
        "token t1: former, 1 rows",
        "    people_subject.token: 1",
        "token t2: current, 0 rows",
        "suppression s1: current, 0 rows",
        "seal e1: current, 0 rows",
    ]


def test_status_names_keys_that_are_lost(rotate, capsys):
    person(1, number="e7.number.lost")

    told = run("keys", "status", capsys=capsys)

    assert told[-2:] == [
        "e7: not in the key file, 1 rows that nobody can read",
        "    people_person.number: 1",
    ]


def test_retire_refuses_a_key_that_a_row_needs(rotate, settings, capsys):
    identity.subjects([identity.token("tel:+254711000001")], at=NOON)
    rotate("token")

    run("keys", "retire", "token", "t1", capsys=capsys, fails="1 rows of people_subject.token")

    assert identity.ring().token.former == ("t1",)


@pytest.mark.parametrize(
    ("purpose", "key", "line"),
    [
        ("token", "t1", '{"at":1,"t":"t1.abc"}'),
        ("suppression", "s1", '{"at":1,"st":"s1.abc"}'),
        ("seal", "e1", '{"at":1,"text":"e1.text.abc"}'),
    ],
)
def test_retire_refuses_a_key_that_the_journal_needs(rotate, purpose, key, line):
    rotate()
    Entry.objects.create(kind="hop", line=line)

    with pytest.raises(rotation.KeyInUse, match="1 rows of journal"):
        rotation.retire(purpose, key, at=NOON)


def test_retire_minds_no_former_tokens_in_the_journal(rotate):
    rotate("token")
    Entry.objects.create(kind="hop", line='{"at":1,"t":"t2.abc","f":["t1.abc"]}')

    rotation.retire("token", "t1", at=NOON)

    assert identity.ring().token.former == ()


def test_retire_takes_a_key_out_and_says_so_in_the_audit(rotate, capsys):
    person(1)
    rotate()
    call_command("retoken")

    for purpose, key in (("token", "t1"), ("suppression", "s1"), ("seal", "e1")):
        run("keys", "retire", purpose, key, capsys=capsys)

    assert [own.former for own in (identity.ring().token, identity.ring().seal)] == [(), ()]
    assert Successor.objects.filter(old__startswith="t1.").count() == 0
    told = AuditEntry.objects.filter(what="key retired").order_by("sequence")
    assert [one.details for one in told] == [
        {"purpose": "token", "key": "t1"},
        {"purpose": "suppression", "key": "s1"},
        {"purpose": "seal", "key": "e1"},
    ]


def test_retire_never_takes_the_current_key(rotate, capsys):
    run("keys", "retire", "token", "t1", capsys=capsys, fails="no former key of token: none")


def test_pending_is_over_when_everybody_was_carried(rotate):
    person(1)
    assert not rotation.pending()
    rotate()
    assert rotation.pending()

    rotation.retoken()

    assert not rotation.pending()


# --- a key is lost ---------------------------------------------------------------------------------------


@pytest.fixture
def lose(settings, rotate):
    """The key file is gone without a copy; another is made, with ids of its own."""

    def _lose():
        settings.KEYS_FILE.unlink()
        keys.make(settings.KEYS_FILE, number=5)
        identity.reload_keys()

    return _lose


def test_lost_token_and_suppression_keys_leave_who_is_on_a_list(lose, settings):
    seals = settings.KEYS_FILE.read_text().split("[seal]")[1]
    person(1), person(2)
    consent.end(number(2), how="word", at=NOON)
    before = identity.subjects([Person.objects.earliest("pk").token], at=NOON).values()
    lose()
    made = settings.KEYS_FILE.read_text().split("[seal]")[0]
    settings.KEYS_FILE.write_text(f"{made}[seal]{seals}")
    identity.reload_keys()

    assert rotation.retoken().people == 2

    now = identity.subjects([identity.token(f"tel:{number(1)}")], at=NOON)
    assert list(now.values()) == list(before)
    assert consent.sendable().count() == 1


def test_lost_seal_key_is_mended_by_importing_the_list_again(lose, settings, tmp_path):
    person(1)
    mine = settings.KEYS_FILE.read_text().split("[seal]")[0]
    lose()
    made = settings.KEYS_FILE.read_text().split("[seal]")[1]
    settings.KEYS_FILE.write_text(f"{mine}[seal]{made}")
    identity.reload_keys()
    order = importing.Order("KE", "consent-form", "form 7, office")

    run = importing.import_list(write(tmp_path, f"phone\n{number(1)}\n"), order, at=NOON)

    assert (run.known, run.added) == (1, 0)
    assert identity.unseal(Person.objects.get().number) == number(1)


def test_everything_lost_is_counted_as_what_nobody_can_read(lose, capsys):
    person(1)
    lose()

    told = run("keys", "status", capsys=capsys)

    assert [line for line in told if "not in the key file" in line] == [
        "e1: not in the key file, 1 rows that nobody can read",
        "s1: not in the key file, 1 rows that nobody can read",
        "t1: not in the key file, 2 rows that nobody can read",
    ]


def test_everything_lost_begins_again_with_new_lists(lose, tmp_path):
    person(1)
    lose()
    order = importing.Order("KE", "consent-form", "form 7, office")

    run = importing.import_list(write(tmp_path, f"phone\n{number(1)}\n"), order, at=NOON)

    assert (run.added, consent.sendable().count()) == (1, 1)
