"""The key file: strong, private, never made by itself in production, rotated and retired by command."""

import base64
import multiprocessing
import stat

import pytest

from people import keys
from people.keys import BadKeys


@pytest.fixture
def file(tmp_path):
    return tmp_path / "made" / "keys.toml"


def replace(file, old, new):
    file.write_text(file.read_text().replace(old, new))


def test_load_makes_keys_for_a_demonstration(file):
    ring = keys.load(file, demonstration=True)

    assert (ring.token.current, ring.suppression.current, ring.seal.current) == ("t1", "s1", "e1")
    assert keys.load(file, demonstration=True) == ring


def test_load_makes_a_file_only_its_owner_reads(file):
    keys.load(file, demonstration=True)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["keys.toml"]


def test_load_refuses_a_missing_file_in_production(file):
    with pytest.raises(BadKeys, match=r"people\.keys make"):
        keys.load(file, demonstration=False)

    assert not file.exists()


def test_load_refuses_demonstration_keys_in_production(file):
    keys.load(file, demonstration=True)

    with pytest.raises(BadKeys, match="demonstration"):
        keys.load(file, demonstration=False)


def test_load_takes_an_operators_keys_in_production(file):
    keys.make(file)

    assert keys.load(file, demonstration=False).token.current == "t1"


def test_load_refuses_a_file_others_can_read(file):
    keys.make(file)
    file.chmod(0o640)

    with pytest.raises(BadKeys, match="chmod 600"):
        keys.load(file, demonstration=False)


@pytest.mark.parametrize(
    "weak", [b"", b"changeme", b"\0" * 32, b"0123456789abcdef" * 2 + b"!", b"ab" * 16]
)
def test_load_refuses_weak_keys(file, weak):
    keys.make(file)
    good = base64.b64encode(keys.load(file, demonstration=False).token.keys["t1"]).decode()
    replace(file, good, base64.b64encode(weak).decode())

    with pytest.raises(BadKeys, match="weak or a default"):
        keys.load(file, demonstration=False)


def test_load_refuses_one_key_for_two_purposes(file):
    keys.make(file)
    ring = keys.load(file, demonstration=False)
    token, suppression = (
        base64.b64encode(one).decode()
        for one in (ring.token.keys["t1"], ring.suppression.keys["s1"])
    )
    replace(file, suppression, token)

    with pytest.raises(BadKeys, match="own"):
        keys.load(file, demonstration=False)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[token]\n", "[tokens]\n", "names no current"),
        ('current = "t1"', 'current = "t7"', "names no current"),
        ("origin", "\x00", "no TOML"),
        ('t1 = "', 'a-key-id = "', "Key ids|names no current"),
    ],
)
def test_load_says_what_is_wrong(file, old, new, says):
    keys.make(file)
    replace(file, old, new)

    with pytest.raises(BadKeys, match=says):
        keys.load(file, demonstration=False)


def test_make_leaves_an_operators_file_alone(file):
    keys.make(file)
    before = file.read_text()

    with pytest.raises(BadKeys, match="exists"):
        keys.make(file)

    assert file.read_text() == before


def test_rotate_adds_a_key_and_keeps_the_old(file):
    keys.make(file)
    before = keys.load(file, demonstration=False)

    name = keys.rotate(file, "token")

    after = keys.load(file, demonstration=False)
    assert (name, after.token.current, after.token.former) == ("t2", "t2", ("t1",))
    assert after.token.keys["t1"] == before.token.keys["t1"]
    assert (after.seal, after.suppression) == (before.seal, before.suppression)


def test_former_keys_are_in_order_beyond_nine(file):
    keys.make(file)
    for _ in range(10):
        keys.rotate(file, "token")

    assert keys.load(file, demonstration=False).token.former[:3] == ("t10", "t9", "t8")


def test_retire_takes_a_former_key_out(file):
    keys.make(file)
    keys.rotate(file, "token")

    keys.retire(file, "token", "t1")

    assert keys.load(file, demonstration=False).token.former == ()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.rotate(file, "token") == "t3"


@pytest.mark.parametrize("name", ["t2", "t9", "s1"])
def test_retire_refuses_what_is_no_former_key(file, name):
    keys.make(file)
    keys.rotate(file, "token")

    with pytest.raises(BadKeys, match="no former key of token: t1"):
        keys.retire(file, "token", name)


def _tokens(file, queue):
    queue.put(keys.load(file, demonstration=True).token.keys["t1"])


def test_load_gives_processes_that_start_together_one_key(file):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    processes = [context.Process(target=_tokens, args=(file, queue)) for _ in range(6)]

    for process in processes:
        process.start()
    made = {queue.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()

    assert len(made) == 1


def test_main_is_the_shells_door(file, capsys):
    assert keys.main(["make", str(file)]) == 0
    assert keys.main(["rotate", str(file), "seal"]) == 0
    assert keys.main([]) == 2
    assert capsys.readouterr().out == "e2 is now the current key of seal.\n"
