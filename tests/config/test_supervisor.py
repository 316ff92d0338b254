"""One process holds all others: whatever signal, death or closed terminal comes, none is left behind."""

import os
import pty
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from config import preflight
from tests.config.programs import alive, begin, eventually, free_port, kill, next_line

# a supervisor of tiny parts: each part is `name=python code`; "first=..." is the first step
SUPERVISOR = """
import sys
from config import supervisor
from config.parts import Part
parts = [Part(name, (sys.executable, "-c", code)) for name, code in
         (word.split("=", 1) for word in sys.argv[1:])]
first = next((part for part in parts if part.name == "first"), None)
sys.exit(supervisor.Supervisor(None, first, [part for part in parts if part != first]).run())
"""
SLEEP = "import os, time; print(os.getpid()); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
WITH_WORKER = (  # as granian does: a worker that ties its life when it loads the product
    "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    f"'from config import lifeline; lifeline.die_with_parent(); {SLEEP}'])"
)


def said(process: subprocess.Popen[str], wanted: str) -> str:
    """Read the supervisor's output up to the line with this text."""
    for line in iter(lambda: next_line(process), ""):
        if wanted in line:
            return line
    raise AssertionError(f"{wanted!r} was never said: {process.communicate()}")


def pid_of(process: subprocess.Popen[str], part: str) -> int:
    return int(said(process, f"{part} | ").split("|")[1])


def two_pids(process: subprocess.Popen[str]) -> list[int]:
    """What two parts say first, in whatever order."""
    said(process, "njia | Ready")
    return [int(said(process, " | ").split("|")[1]) for _ in range(2)]


def up(data: Path, **environment: str) -> tuple[int, str]:
    """`make up` without make; returns exit code and what it complained about."""
    environment = {"NJIA_DATA": str(data), "NJIA_PORT": str(free_port()), **environment}
    code = "import sys; from config import supervisor; sys.exit(supervisor.main())"
    done = begin(code, stdin=subprocess.PIPE, **environment)
    _, complaint = done.communicate(timeout=30)
    return done.returncode, complaint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_everything(number):
    process = begin(SUPERVISOR, f"one={SLEEP}", f"two={SLEEP}")
    pids = two_pids(process)
    assert kill(process, number) == 0
    assert [alive(pid) for pid in pids] == [False, False]


def test_second_signal_ends_a_part_that_does_not_listen():
    process = begin(SUPERVISOR, f"one={STUBBORN}")
    pid = pid_of(process, "one")
    process.send_signal(signal.SIGINT)
    said(process, "Stopping")
    assert kill(process, signal.SIGINT) == 0
    assert alive(pid) is False


def test_closed_terminal_stops_everything_though_only_make_heard_of_it():
    """Where make leads the session, the kernel tells make alone; and make waits for us."""
    terminal, end = pty.openpty()
    heard = (
        "import signal; signal.signal(1, signal.SIG_DFL)\n"  # also where nohup began these tests
    )
    process = begin(f"{heard}{SUPERVISOR}", f"one={SLEEP}", stdin=end)
    os.close(end)
    pid = pid_of(process, "one")
    os.close(terminal)
    assert process.wait(20) == 0
    process.communicate()
    assert alive(pid) is False


def test_closed_terminal_does_not_stop_what_nohup_began():
    terminal, end = pty.openpty()
    process = begin(
        f"import signal; signal.signal(1, signal.SIG_IGN)\n{SUPERVISOR}", f"one={SLEEP}", stdin=end
    )
    os.close(end)
    pid = pid_of(process, "one")
    os.close(terminal)
    assert eventually(lambda: not alive(pid), 1) is False
    assert kill(process, signal.SIGTERM) == 0


def test_killed_supervisor_leaves_neither_parts_nor_their_workers():
    process = begin(SUPERVISOR, f"one={SLEEP}", f"web={WITH_WORKER}")
    pids = two_pids(process)
    kill(process)
    assert eventually(lambda: not any(alive(pid) for pid in pids))


def test_killed_part_takes_its_workers_along_and_starts_again():
    process = begin(SUPERVISOR, f"web={WITH_WORKER}")
    worker = pid_of(process, "web")
    parent = int(Path(f"/proc/{worker}/stat").read_text().split()[3])
    os.kill(parent, signal.SIGKILL)
    said(process, "web ended (exit code -9); again in 0.5 s.")
    assert eventually(lambda: not alive(worker))
    assert pid_of(process, "web") != worker
    assert kill(process, signal.SIGTERM) == 0


def test_dying_part_is_given_more_time_each_time():
    process = begin(SUPERVISOR, "one=raise SystemExit(3)")
    assert said(process, "again").endswith("one ended (exit code 3); again in 0.5 s.\n")
    assert said(process, "again").endswith("one ended (exit code 3); again in 1 s.\n")
    assert kill(process, signal.SIGINT) == 0


def test_part_that_dies_before_its_first_answer_is_given_up(data):
    code = SUPERVISOR.replace("code))", 'code), "http://127.0.0.1:1/")')
    process = begin(code, "web=raise SystemExit(3)")
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert complaint == "web ended 3 times before it was ready: see the lines above.\n"


def test_failed_first_step_ends_the_start():
    process = begin(SUPERVISOR, "first=print('no room'); raise SystemExit(2)", f"one={SLEEP}")
    out, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out.splitlines()[0].endswith("first | no room")
    assert complaint == "The first steps failed (exit code 2): see the lines above.\n"


def test_stop_during_the_first_step():
    process = begin(SUPERVISOR, f"first={SLEEP}", f"one={SLEEP}")
    pid = pid_of(process, "first")
    assert kill(process, signal.SIGINT) == 0
    assert alive(pid) is False


def test_taken_port_is_one_sentence(data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, complaint = up(data, NJIA_PORT=str(port))
    assert code == 1
    assert complaint == (
        f"Port {port} is taken by another program: stop that program, or choose another port with "
        f"NJIA_PORT={port + 100}.\n"
    )


def test_second_start_on_the_same_folder_is_one_sentence(data):
    lock = preflight.only_one(data)
    code, complaint = up(data)
    lock.leave()
    assert code == 1
    assert complaint.startswith(f"`make up` already runs on {data} (process {os.getpid()}):")
    assert complaint.count("\n") == 1


def test_port_that_is_not_ours_to_take_is_one_sentence(monkeypatch):
    def refuse(_socket: object, _address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(preflight.Refused) as caught:
        preflight.check_port(80, "NJIA_PORT")
    assert str(caught.value) == (
        "Port 80 cannot be used by this account (Permission denied): choose another port with "
        "NJIA_PORT=8080."
    )


def test_file_in_place_of_the_data_folder_is_one_sentence(data):
    path = data / "file"
    path.touch()
    sentence = f"{path} is a file, not a folder: choose another with NJIA_DATA.\n"
    assert up(path) == (1, sentence)


def test_nonsense_in_the_environment_is_one_sentence(data):
    assert up(data, NJIA_PORT="soon") == (1, "NJIA_PORT must be a whole number, not 'soon'.\n")


def test_broken_data_folder_is_one_sentence_and_leaves_no_process(data):
    (data / "postgres").mkdir()
    code, complaint = up(data)
    assert code == 1
    assert complaint.startswith(f"{data / 'postgres'} is not a PostgreSQL data folder")
    assert complaint.count("\n") == 1


def test_full_disk_is_refused(data):
    with pytest.raises(preflight.Refused, match=r"has only \d+ MB free"):
        preflight.check_folder(data, room=10**18)


def test_folder_that_cannot_be_made_is_refused():
    with pytest.raises(preflight.Refused, match="cannot be written"):
        preflight.check_folder(Path("/proc/njia"))


def test_killed_server_starts_again_under_the_parts(data):
    code = (
        "import sys; from pathlib import Path; from config import supervisor as s;"
        "from config.embedded import Keeper; from config.parts import Part;"
        "keeper = Keeper(Path(sys.argv[1]), durable=False);"
        "part = Part('one', (sys.executable, '-c', sys.argv[2]));"
        "sys.exit(s.Supervisor(keeper, None, [part]).run())"
    )
    process = begin(code, str(data), f"import os; print(os.environ['DATABASE_URL']); {SLEEP}")
    assert said(process, "postgresql://").strip().endswith("/njia-" + servers_name(data))
    pid = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    said(process, "The database server had ended and was started again.")
    assert kill(process, signal.SIGINT) == 0


def servers_name(data: Path) -> str:
    from config import embedded

    return embedded.sockets(data).name.removeprefix("njia-")
