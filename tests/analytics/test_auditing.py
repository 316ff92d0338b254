"""A pack says what the ledger says, to whoever has nothing but the pack; and nothing in it can be changed unseen."""

import csv
import hashlib
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import auditing, container, frozen, ledger, packs
from analytics.ledger import Tier
from analytics.periods import Kind, standard
from tests.analytics import books
from tests.analytics.ledgers import REACHED, Opinion, exposure, many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def test_pack_says_the_same_as_the_ledger_and_as_a_third_opinion():
    facts = many(1_500, people=200)
    ledger.record(facts)

    closed = books.close()

    audit = auditing.audit(packs.place(closed.digest), digest=closed.digest)
    assert (audit.faults, audit.digest, audit.rows_digest) == (
        (),
        closed.digest,
        closed.rows_digest,
    )
    assert audit.table is not None
    assert frozen.write(audit.table) == closed.tables
    opinion = Opinion(facts)
    assert audit.table == {by: opinion.cells(books.QUARTER, by) for by in frozen.SETS}


days = st.integers(0, 364).map(
    lambda day: datetime(2025, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
)
histories = st.lists(
    st.builds(
        exposure,
        st.integers(0, 5),
        st.sampled_from(list(Tier)),
        key=st.integers(1, 2**128 - 1),
        at=days,
        campaign=st.sampled_from(["safe-way", "=rights", "'quoted", "-", ""]),
        country=st.sampled_from(["KE", "UG", ""]),
        channel=st.sampled_from(["sms", "ussd", "chat"]),
        language=st.sampled_from(["sw", "am", ""]),
        sex=st.sampled_from(["female", "male", "unknown"]),
        age_band=st.sampled_from(["18-24", ""]),
        district=st.sampled_from(['Kisumu, "west"', "line\nbreak", "unknown"]),
        sensitive=st.booleans(),
        linked=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda one: one.key,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts=histories, kind=st.sampled_from(list(Kind)), month=st.integers(1, 12))
def test_every_history_is_counted_the_same_from_its_pack(facts, kind, month):
    period = standard(kind, date(2025, month, 1))
    with transaction.atomic():
        ledger.record(facts)
        closed = books.close(period)
        audit = auditing.audit(packs.place(closed.digest))
        transaction.set_rollback(True)

    opinion = Opinion(facts)
    assert audit.faults == ()
    assert audit.table == {by: opinion.cells(period, by) for by in frozen.SETS}


# --- what was altered is named ----------------------------------------------------------------------


@pytest.fixture
def pack() -> Path:
    """Of a small quarter."""
    ledger.record(many(300, people=60))
    return packs.place(books.close().digest)


def test_every_altered_byte_is_found(pack):
    whole = pack.read_bytes()
    manifest = whole.rindex(b'{"about"')
    dice = random.Random(7)
    heads = [whole.index(name.encode()) - 10 for name in packs.FILES]
    places = [
        *heads,
        manifest + 5,
        len(whole) - 1,
        *(dice.randrange(len(whole)) for _ in range(60)),
    ]

    for place in places:
        altered = bytearray(whole)
        altered[place] ^= 1 << dice.randrange(8)
        pack.write_bytes(altered)
        assert auditing.audit(pack, digest=pack.stem).faults, f"byte {place}"


def repacked(pack: Path, name: str, change: Callable[[bytes], bytes]) -> auditing.Audit:
    """What is found in the pack of somebody who changes a file and writes a manifest that agrees with it."""
    repack(pack, name, change)
    return auditing.audit(pack)


def repack(pack: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    with ZipFile(pack) as zipped:
        contents = {one: zipped.read(one) for one in packs.FILES}
        told = json.loads(zipped.read(container.MANIFEST))
    contents[name] = change(contents[name])
    writer = container.Writer(pack)
    for one, data in contents.items():
        with writer.member(one) as sink:
            sink.write(data)
    writer.seal(frozen.canonical(told | {"files": writer.files()}).encode())


def test_changed_number_is_named_by_its_cell(pack):
    audit = repacked(pack, "counts.jsonl", lambda data: data.replace(b'"sent":1', b'"sent":9', 1))

    (fault,) = audit.faults
    assert re.fullmatch(r"counts.jsonl: .* differs from the recount by sent \+\d+\.", fault)


def test_changed_row_is_found_by_digest_and_numbers(pack):
    audit = repacked(pack, "rows.csv", lambda data: data.replace(b",delivered,t,", b",sent,t,", 1))

    kinds = [fault.partition(" ")[0] for fault in audit.faults if "sample" not in fault]
    assert kinds[:2] == ["The", "counts.jsonl:"]


def test_sampled_row_that_is_no_row_is_named(pack):
    audit = repacked(pack, "sample.csv", lambda data: data.replace(b",KE,", b",DJ,", 1))

    assert [fault.partition(" ")[0] for fault in audit.faults] == ["sample.csv:"]


@pytest.mark.parametrize("name", auditing.LIMITS)
def test_bomb_is_refused_before_it_is_unpacked(pack, name):
    size = auditing.TABLE + 1

    repack(pack, name, lambda _data: bytes(size))
    tracemalloc.start()
    audit = auditing.audit(pack)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert audit.faults == (
        f"{name}: it unpacks to {size} bytes, and no pack of ours holds more than {auditing.TABLE} there.",
    )
    assert (audit.table, peak < size / 8) == (None, True)


def test_member_larger_than_any_of_ours_is_refused_by_what_the_list_says(pack):
    whole = bytearray(pack.read_bytes())
    entry = whole.rindex(b"rows.csv") - 46  # its line in the list at the end
    whole[entry + 24 : entry + 28] = struct.pack("<L", 1 << 31)
    pack.write_bytes(whole)

    audit = auditing.audit(pack)

    assert audit.faults == (
        "rows.csv: it unpacks to 2147483648 bytes, and no pack of ours holds more than 2147483647 there.",
    )


@pytest.mark.parametrize("name", ["earlier.csv", "rows.csv", "sample.csv"])
def test_line_without_an_end_is_not_read_to_its_end(pack, name):
    audit = repacked(pack, name, lambda data: data + bytes(auditing.LINE))

    assert audit.faults == ("The rows cannot be counted: a line is longer than 65536 bytes.",)


@pytest.mark.parametrize("line", [b"[" * 60_000, b'{"by":[],"cell":[],"targeted":1e999}', b"{}"])
def test_line_that_nobody_wrote_is_no_cell(pack, line):
    audit = repacked(pack, "counts.jsonl", lambda data: line + b"\n" + data)

    assert audit.faults == ("The rows cannot be counted: Line 1 is no cell of a table.",)


def test_manifest_as_deep_as_a_well_is_no_manifest():
    with pytest.raises(ValueError, match="it is no manifest of ours"):
        auditing.Manifest.of(b"[" * 100_000)


def test_bytes_that_differ_are_named_by_their_place(pack):
    with ZipFile(pack) as zipped:
        told = json.loads(zipped.read(container.MANIFEST))
    told["files"][1]["blocks"][0] = "0" * 64
    told["files"][1]["sha256"] = told["files"][1]["packed_sha256"] = "0" * 64
    checked = container.Container(pack)

    checked.check(packs.FILES, told["files"])

    size = told["files"][1]["bytes"]
    assert checked.faults == [f"rows.csv: bytes 1 to {size} are not what was packed."]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "pack.zip: it is no evidence pack (File is not a zip file)."),
        (b"subject,day\n", "pack.zip: it is no evidence pack (File is not a zip file)."),
    ],
)
def test_what_is_no_pack_is_told_so(tmp_path, content, fault):
    path = tmp_path / "pack.zip"
    path.write_bytes(content)

    audit = auditing.audit(path)

    assert (audit.holds, audit.faults) == (False, (fault,))


def test_pack_made_anew_is_not_the_one_that_was_printed(pack):
    audit = auditing.audit(pack, digest="0" * 64)

    assert audit.faults == (
        f"manifest.json: its digest is {audit.digest}, and {'0' * 64} was printed.",
    )


def test_hands_can_count_it_too(pack):
    """As README.txt says: with sha256sum, and with a spreadsheet."""
    audit = auditing.audit(pack)
    with ZipFile(pack) as zipped:
        rows, before = zipped.read("rows.csv"), zipped.read("earlier.csv")
        manifest = zipped.read(container.MANIFEST)

    table = csv.DictReader(io.StringIO(rows.decode(), newline=""))
    reached = {row["subject"] for row in table if row["linked"] == "t" and row["tier"] in REACHED}

    assert hashlib.sha256(manifest).hexdigest() == audit.digest
    assert hashlib.sha256(before + rows).hexdigest() == audit.rows_digest
    assert len(reached) == audit.total.reached.unique


# --- the command ------------------------------------------------------------------------------------


def test_command_needs_no_database(pack):
    """In a process of its own, with a database that is not there."""
    surroundings = os.environ | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "NJIA_DATA": str(pack.parent / "elsewhere"),
    }
    command = [sys.executable, "manage.py", "audit", str(pack), "--digest", pack.stem]
    ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)

    assert (ran.stderr, ran.returncode) == ("", 0)
    assert ran.stdout.splitlines()[-2:] == [
        f"Digest {pack.stem}",
        "The pack holds: every byte, and every number counted again.",
    ]


def test_command_fails_on_a_fault(pack):
    with pytest.raises(CommandError, match="does not hold: 1 faults"):
        call_command("audit", str(pack), digest="f" * 64, stdout=io.StringIO())
