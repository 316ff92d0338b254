"""The embedded servers: theirs alone, quick to start again, ended with their owner, nothing committed lost."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from config import embedded
from config.binaries import BrokenStore
from config.embedded import Keeper
from tests import servers
from tests.config.programs import alive, begin, eventually, kill, next_line

OWNER = """
import sys, time
from pathlib import Path
from config.embedded import Keeper
keeper = Keeper(Path(sys.argv[1]))
print(keeper.start().database, keeper.postgres.process.pid, keeper.valkey.process.pid)
time.sleep(60)
"""
ATTACHED = """
import sys
from pathlib import Path
from config import embedded
print(embedded.attach(Path(sys.argv[1])).database)
sys.stdin.readline() if len(sys.argv) > 2 else None
"""


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as link:
        row = link.execute(query.encode()).fetchone()
    return row[0] if row else None


def write(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("CREATE TABLE kept AS SELECT 7 AS number")


def test_product_is_no_superuser_and_sorts_alike_everywhere(shared):
    url = shared.servers.database
    assert ask(url, "SELECT current_user || ' ' || current_setting('is_superuser')") == "njia off"
    assert ask(url, "SELECT datlocale FROM pg_database WHERE datname = 'njia'") == "C.UTF-8"
    assert ask(url, "SELECT upper('ኣé')") == "ኣÉ"
    assert str(ask(url, "SHOW server_version")).split(".")[0] == "18"


def test_valkey_answers_on_its_socket(shared):
    with redis.Redis.from_url(shared.servers.redis) as client:
        assert client.ping() is True


def test_failed_statements_are_not_logged(shared):
    url = shared.servers.database
    with pytest.raises(psycopg.Error):
        ask(url, "SELECT '+254711000123'::int")
    assert "SELECT" not in shared.postgres.log_path.read_text()


def test_killed_servers_start_again_with_their_data(data):
    keeper = Keeper(data)
    url = keeper.start().database
    write(url)
    for store in (keeper.postgres, keeper.valkey):
        os.kill(store.living() or 0, signal.SIGKILL)
        assert eventually(lambda store=store: not store.alive())  # type: ignore[misc]
    assert keeper.tend() == ["database", "redis"]
    assert ask(url, "SELECT number FROM kept") == 7
    assert keeper.tend() == []
    keeper.stop()


def test_servers_end_with_a_killed_owner_and_keep_what_was_committed(data):
    owner = begin(OWNER, str(data))
    url, *pids = next_line(owner).split()
    write(url)
    kill(owner)
    assert eventually(lambda: not any(alive(int(pid)) for pid in pids))
    again = Keeper(data)
    assert ask(again.start().database, "SELECT number FROM kept") == 7
    again.stop()


def test_leaving_owner_waits_for_who_is_attached(data):
    owner = begin(ATTACHED, str(data), "stay")
    url = next_line(owner).strip()
    guest = Keeper(data)
    assert guest.start().database == url
    assert guest.owns is False
    assert owner.stdin
    owner.stdin.close()
    assert eventually(lambda: owner.poll() is not None, 0.5) is False
    assert ask(url, "SELECT 1") == 1
    guest.stop()
    owner.stdin = None
    _, words = owner.communicate(timeout=20)
    assert words == "Waiting for other commands that use this database (Ctrl-C: do not).\n"
    assert owner.returncode == 0


def test_who_is_attached_inherits_the_servers_of_a_killed_owner(data):
    owner = begin(ATTACHED, str(data), "stay")
    url = next_line(owner).strip()
    guest = Keeper(data)
    guest.start()
    assert guest.tend() == []
    kill(owner)
    assert guest.tend() == ["database", "redis"]
    assert ask(url, "SELECT 1") == 1
    guest.stop()


def test_command_stops_what_it_started(data):
    done = begin(ATTACHED, str(data))
    _, err = done.communicate(timeout=20)
    assert (done.returncode, err) == (0, "")
    assert not embedded.sockets(data).exists()


@pytest.mark.parametrize("content", ["", "nonsense\n", "{pid}\n/elsewhere\n"])
def test_stale_pid_file_does_not_keep_postgres_from_starting(shared, content):
    shared.stop()
    who = {"user": shared.postgres.folder.stat().st_uid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "30"], **who) as other:  # same account, unrelated
        pid_file = shared.postgres.folder / "postmaster.pid"
        pid_file.write_text(content.format(pid=other.pid))
        url = shared.start().database
        other.kill()
    assert ask(url, "SELECT 1") == 1


def test_set_up_that_was_broken_off_begins_anew(keeper):
    half = keeper.data / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert ask(keeper.start().database, "SELECT 1") == 1


def test_data_folder_may_lie_deep(data):
    deep = data / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    keeper = Keeper(deep, durable=False)
    assert ask(keeper.start().database, "SELECT 1") == 1
    keeper.stop()
    servers.wipe(deep)


def test_root_opens_no_parent_folder(shared):
    if os.geteuid() != 0:
        pytest.skip("only root drops its rights")
    assert shared.data.stat().st_mode & 0o077 == 0
    assert shared.data.stat().st_uid == 0
    owner = Path(f"/proc/{shared.postgres.process.pid}").stat().st_uid
    assert owner == shared.postgres.folder.stat().st_uid != 0


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (b"", "it has no PG_VERSION"),
        (b"\xff\n", "holds data of PostgreSQL \ufffd, but this release runs 18"),
        (b"16\n", "holds data of PostgreSQL 16, but this release runs 18"),
    ],
)
def test_strange_data_folder_is_refused_in_one_sentence(keeper, version, sentence):
    folder = keeper.data / "postgres"
    folder.mkdir()
    if version:
        (folder / "PG_VERSION").write_bytes(version)
    with pytest.raises(BrokenStore, match=sentence):
        keeper.start()


def test_damaged_database_is_one_sentence_and_leaves_no_server(data):
    keeper = Keeper(data, without=frozenset({"redis"}))  # durable: it must stop without a crash
    keeper.start()
    keeper.stop()
    shutil.rmtree(data / "postgres" / "base")
    with pytest.raises(
        BrokenStore, match=r"data are damaged \(.*\): restore the folder from a backup\.$"
    ):
        keeper.start()
    assert keeper.postgres.alive() is False
    keeper.stop()


def test_damaged_queue_is_one_sentence_and_leaves_no_server(data):
    keeper = Keeper(data, without=frozenset({"database"}))
    keeper.start()
    keeper.stop()
    (manifest,) = (data / "valkey" / "appendonlydir").glob("*.manifest")
    manifest.write_text("junk\n")
    with pytest.raises(
        BrokenStore, match=r"^Valkey does not start on .*: what it holds is done again"
    ):
        keeper.start()
    assert keeper.valkey.alive() is False
    keeper.stop()


def test_damaged_secret_is_one_sentence(data):
    embedded.secret(data, "django")
    (data / "secrets" / "django").write_text("")
    with pytest.raises(
        BrokenStore, match=r"django is damaged: remove it, and a new one is made\.$"
    ):
        embedded.secret(data, "django")


def test_environment_wins_and_nothing_starts(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    named = embedded.attach(data)
    assert named == embedded.Servers("postgresql://elsewhere/db", "redis://elsewhere")
    assert list(data.iterdir()) == []


def test_addresses_start_nothing(data, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    assert embedded.addresses(data) == Keeper(data).servers
    assert list(data.iterdir()) == []


def test_database_reads_a_whole_address():
    entry = embedded.database("postgresql://al%20i:p%40ss@db:5433/nji%20a?sslmode=require")
    assert [entry[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *("al i", "p@ss", "db", "5433", "nji a")
    ]
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_database_takes_a_socket_folder():
    entry = embedded.database("postgresql://njia@/njia?host=/run/x")
    assert (entry["HOST"], entry["USER"], entry["NAME"]) == ("/run/x", "njia", "njia")


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "postgresql://host/", "postgresql://h:x/d", "nonsense", ""]
)
def test_database_refuses_other_addresses(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like"):
        embedded.database(url)


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("unix:///run/v?db=2", "redis+socket:///run/v?virtual_host=2"),
        ("redis://host:6379/1", "redis://host:6379/1"),
    ],
)
def test_broker_spells_a_socket_for_celery(address, broker):
    assert embedded.broker(address) == broker


def test_secret_is_made_once_and_for_us_alone(data):
    first = embedded.secret(data, "django")
    assert embedded.secret(data, "django") == first
    assert embedded.secret(data, "other") != first
    assert (data / "secrets" / "django").stat().st_mode & 0o777 == 0o600
    assert len(first) == 64


@pytest.mark.parametrize(
    "url", ["nonsense", "http://host", "redis://", "redis://h:port", "unix://"]
)
def test_address_of_no_queue_is_one_sentence(url):
    with pytest.raises(
        ImproperlyConfigured, match=r"^REDIS_URL must look like redis://host:6379/0"
    ):
        embedded.broker(url)


@pytest.mark.parametrize(
    ("answer", "ready"),
    [(b"+PONG\r\n", True), (b"-LOADING\r\n", False), (b"-MISCONF disk\r\n", True), (b"", False)],
)
def test_queue_is_ready_when_it_has_read_its_file_though_the_disk_be_full(data, answer, ready):
    valkey = Keeper(data).valkey
    valkey.sockets = data
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(data / "valkey"))
        server.listen()

        def reply() -> None:
            link, _ = server.accept()
            with link:
                link.recv(16)
                link.sendall(answer)

        thread = threading.Thread(target=reply)
        thread.start()
        assert valkey.ready() is ready
        thread.join()
