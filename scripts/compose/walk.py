"""Through a composed product from outside: a dial, a chat, a blast, an export, a door that is killed, and all of it lost
and restored from a backup.

`python3 walk.py HTTPS_ADDRESS SECRETS_FOLDER`; COMPOSE in the environment is the command that brought it up.
Prints one line a step with its seconds; ends at the first that is not as it should be. Standard library alone.
"""

import base64
import hashlib
import hmac
import http.cookiejar
import json
import os
import re
import shlex
import ssl
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

PEOPLE = 400  # of the small blast
CALLS = 30  # dialled while the database stands still
CLOSE = (  # today's ledger as if the day were over, so that its chain has a link
    "from datetime import timedelta; from django.utils import timezone; from analytics import chain; "
    "chain.close_days(at=timezone.now() + timedelta(days=2))"
)
AGAIN = "-again"  # of the restored product's name, beside that of the lost one
LIST = "/tmp/people.csv"  # noqa: S108 - of a container
PATIENCE = 900.0  # seconds for anything that is waited for; the machine may be a small one
WORDS = "correct-horse-battery-9"  # of accounts that live as long as the walk


def compose(*words: str, stdin: str = "") -> str:
    """What a command of the engine's tool says; a failed one ends the walk with its own words."""
    command = [*shlex.split(os.environ.get("COMPOSE", "docker compose")), *words]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def engine(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"docker {' '.join(words)} failed: {done.stderr}")
    return done.stdout


def manage(*words: str, stdin: str = "") -> str:
    return compose("exec", "-T", "pages", "python", "manage.py", *words, stdin=stdin)


def count(question: str) -> int:
    """A number out of the database, asked beside the product."""
    words = ("psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", "njia", "-tAc", question)
    return int(compose("exec", "-T", "postgres", *words))


@contextmanager
def step(name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    sys.stdout.write(f"{time.monotonic() - began:7.1f} s  {name}\n")
    sys.stdout.flush()


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"Not within {PATIENCE:.0f} s: {what}")
        time.sleep(1)


def same(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")


@dataclass
class Browser:
    """Cookies, forms with their token, and no trust in certificates: the address is this machine."""

    address: str
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001 - Caddy signs for localhost itself
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=unchecked),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )

    def ask(self, path: str, form: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(self.address + path, data)  # noqa: S310 - https of ours
        request.add_header("Referer", self.address + path)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def fill_in(self, path: str, form: Mapping[str, str]) -> bytes:
        """Open the page, send its form; the page after it."""
        self.page(path)
        token = next((one.value for one in self.cookies if one.name == "csrftoken"), "")
        status, body = self.ask(path, {**form, "csrfmiddlewaretoken": token or ""})
        same(status, 200, f"the form of {path}")
        return body

    def page(self, path: str) -> str:
        status, body = self.ask(path)
        same(status, 200, f"the page {path}")
        return body.decode()


# --- what is walked ---------------------------------------------------------------------------------------


def healthy() -> bool:
    """Every container that is to stay is up and, by its own check, well."""
    shown = [
        engine("inspect", "-f", "{{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}", one)
        for one in compose("ps", "-q").split()
    ]
    states = [one.split() for one in shown]
    return all(one == ["running", "healthy"] or one[0] == "exited" for one in states)


def hop(session: str, text: str = "", phone: int = 1) -> dict[str, str]:
    return {
        "sessionId": session,
        "phoneNumber": f"+2547000{phone:05d}",
        "serviceCode": "*384*1234#",
        "networkCode": "63902",
        "text": text,
    }


def dial(browser: Browser, hook: str, session: str, text: str = "", phone: int = 1) -> str:
    status, body = browser.ask(hook + "ussd", hop(session, text, phone))
    same(status, 200, "a dial")
    return body.decode()


def answered(browser: Browser, hook: str, form: Mapping[str, str]) -> bool:
    return browser.ask(hook + "ussd", form)[0] == 200


def doors(browser: Browser) -> None:
    """What the street may see, and what not."""
    for path, wanted in {"/readyz": 404, "/metrics": 404, "/healthz": 200, "/": 200}.items():
        same(browser.ask(path)[0], wanted, path)
    closed = "the chat says that nothing live is published"
    until(lambda: browser.ask("/chat/")[0] == 503, closed)  # a door's first page loads all pages


def calls(browser: Browser, hook: str) -> None:
    first = dial(browser, hook, "walk-1")
    same(first.startswith("CON DEMO Njia Salama"), True, f"the first screen, {first!r},")
    same(dial(browser, hook, "walk-1", "2").startswith("CON "), True, "a second screen")
    until(lambda: count("SELECT count(*) FROM ussd_call") >= 1, "the call is folded by a worker")


def staff() -> None:
    for name, role in {"walker": "manager", "second": "approver", "reader": "monitoring"}.items():
        words = ("--role", role, "--countries", "KE", "--password-stdin")
        manage("createstaff", name, *words, stdin=f"{WORDS}-{name}\n")


def blast() -> None:
    """People, a plan, a second person's yes, the worker, and receipts back through the doors."""
    lines = "".join(f"+25470100{number:04d}\n" for number in range(PEOPLE))
    compose("exec", "-T", "pages", "sh", "-c", f"cat > {LIST}", stdin=f"phone\n{lines}")
    told = manage(
        *("import_people", LIST, "--country", "KE", "--basis", "consent-form"),
        *("--evidence", "walk", "--json"),
    )
    same(json.loads(told)["added"], PEOPLE, "people of the list")
    plan = json.loads(
        manage(
            *("blast", "plan", "--item", "faq-021", "--audience", "KE", "--budget", "20000"),
            *("--by", "walker", "--json"),
        )
    )
    same(plan["people"], PEOPLE, "people of the plan")
    number = str(plan["blast"])
    manage("blast", "approve", number, "--by", "second", "--json")
    manage("blast", "start", number, "--by", "walker", "--json")

    def over() -> bool:
        report = json.loads(manage("blast", "report", number, "--json"))
        return int(report["deliveries"].get("delivered", 0)) > PEOPLE * 9 // 10

    until(over, "nine in ten of the blast are delivered")


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def sign_in(browser: Browser, name: str) -> None:
    """Password, then the second step that production asks for at the first time."""
    password = f"{WORDS}-{name}"
    browser.fill_in("/sign-in/", {"username": name, "password": password})
    shown = re.search(r'<bdi dir="ltr">([A-Z2-7 ]+)</bdi>', browser.page("/account/app/"))
    if shown is None:
        sys.exit("No secret for an app on /account/app/")
    code = code_of(shown[1].replace(" ", ""))
    browser.fill_in("/account/app/", {"code": code, "password": password})


def export(browser: Browser) -> None:
    """A workbook, made by the bulk worker, taken away through the pages."""
    sign_in(browser, "reader")
    chosen = re.search(r'<option value="([^"]+)" selected', browser.page("/exports/"))
    same(chosen is not None, True, "a period to choose")
    year = time.strftime("%Y")
    browser.fill_in(
        "/exports/",
        {
            "kind": "workbook",
            "period": "",
            "starts": f"{year}-01-01",
            "ends": f"{int(year) + 1}-01-01",
        },
    )
    made: list[str] = []

    def there() -> bool:
        made[:] = re.findall(r'href="(/exports/\d+/file/)"', browser.page("/exports/made/"))
        return bool(made)

    until(there, "the workbook is made")
    status, body = browser.ask(made[0])
    same((status, body[:2]), (200, b"PK"), "the workbook")


def backlog(door: str) -> int:
    """Bytes of this door's own journal that the database has not got."""
    code = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/healthz').read().decode())"
    told = json.loads(engine("exec", door, "python", "-c", code))
    return int(told["journal"]["backlog_bytes"])


def killed_door(browser: Browser, hook: str) -> None:
    """Calls while the database stands still; then one door is killed for good. Not one call is missing."""
    before = count("SELECT count(*) FROM ussd_call")
    postgres = compose("ps", "-q", "postgres").strip()
    engine("pause", postgres)
    for number in range(CALLS):
        screen = dial(browser, hook, f"walk-dead-{number}", phone=100 + number)
        same(screen.startswith("CON "), True, f"call {number} with the database away, {screen!r},")
    survivor, victim = sorted(compose("ps", "-q", "door").split(), key=backlog)
    same(backlog(victim) > 100 * CALLS // 2, True, f"bytes that wait at a door, {backlog(victim)},")
    engine("kill", "-s", "KILL", victim)
    for number in range(CALLS, CALLS + 5):
        dial(browser, hook, f"walk-dead-{number}", phone=100 + number)
    engine("unpause", postgres)
    wanted = before + CALLS + 5
    until(
        lambda: count("SELECT count(*) FROM ussd_call") >= wanted,
        "the living door carries the dead one's journal into the database",
    )
    same(count("SELECT count(*) FROM ussd_call"), wanted, "calls counted")
    same(engine("inspect", "-f", "{{.State.Running}}", survivor).strip(), "true", "the other door")
    engine("start", victim)


def no_door(browser: Browser, hook: str) -> None:
    """Where no door is left, the pages answer who dials."""
    compose("stop", "door")
    until(partial(answered, browser, hook, hop("x")), "a dial without any door")
    compose("start", "door")


def keep(*words: str) -> str:
    """What a container for backups says."""
    return compose("run", "--rm", "-T", *words)


def ledger(said: str) -> list[str]:
    """What a recount says of the ledger, the newest link of its chain among it."""
    return re.findall(r"^(The ledger holds: .*|Newest link: .*)$", said, re.MULTILINE)


def call(browser: Browser, hook: str, session: str) -> None:
    """CALLS of them, each until somebody answers: a door or, while none is there, the pages."""
    for number in range(CALLS):
        form = hop(f"walk-{session}-{number}", phone=200 + number)
        until(partial(answered, browser, hook, form), "a call is answered")


def last_backup(browser: Browser, hook: str) -> str:
    """One that holds calls which no database has: they are dialled while it stands still, then the doors are killed."""
    compose("stop", "beat", "worker-now", "worker-bulk")
    manage("shell", "-v", "0", "-c", CLOSE)
    postgres = compose("ps", "-q", "postgres").strip()
    engine("pause", postgres)
    call(browser, hook, "kept")
    compose("kill", "door")
    engine("unpause", postgres)
    name = keep("backup").partition(":")[0]
    told = json.loads(keep("--entrypoint", "cat", "backup", f"{name}/manifest.json"))
    lines = sum(one["size"] for one in told["files"] if one["path"].startswith("journal/"))
    same(lines > 100 * CALLS, True, f"bytes of the journal in the backup, {lines},")
    return name


def lost(browser: Browser, hook: str) -> str:
    """The database is gone; doors go on writing down who calls, and that is saved where backups lie: the folder."""
    compose("stop", "postgres")
    compose("start", "door")
    call(browser, hook, "late")
    compose("--profile", "rehearsal", "down")
    saved = keep("backup", "--journal-alone").partition(":")[0]
    os.environ["COMPOSE_PROJECT_NAME"] += AGAIN  # every volume is another, and empty
    return saved


def restored(browser: Browser, hook: str) -> None:
    """In earnest: what is known of the ledger is the same, and every call is there once."""
    name = last_backup(browser, hook)
    known, before = ledger(manage("verify_ledger")), count("SELECT count(*) FROM ussd_call")
    same(len(known), 2, f"what a recount says, {known!r},")
    saved = lost(browser, hook)
    same(ledger(keep("restore", name, "--journal", saved)), known, "the ledger")
    compose("--profile", "rehearsal", "up", "-d")
    until(healthy, "every container is healthy again")
    wanted = before + 2 * CALLS
    until(lambda: count("SELECT count(*) FROM ussd_call") >= wanted, "the journal is carried over")
    same(count("SELECT count(*) FROM ussd_call"), wanted, "calls counted")
    until(lambda: dial(browser, hook, "walk-again").startswith("CON DEMO"), "the edition is back")


def main(address: str, secrets: str) -> None:
    secret = json.loads((Path(secrets) / "hooks.json").read_text(encoding="utf-8"))["sim"][0]
    browser, hook = Browser(address), f"/hooks/sim/{secret}/"
    with step("every container is healthy"):
        until(healthy, "every container is healthy")
    with step("the demonstration edition is published"):
        manage("publish", "--kind", "demonstration")
    with step("what the street may see"):
        doors(browser)
    with step("a dial is answered and counted"):
        until(
            lambda: dial(browser, hook, "walk-0").startswith("CON "), "the doors know the edition"
        )
        calls(browser, hook)
    with step(f"a blast to {PEOPLE} people is delivered"):
        staff()
        blast()
    with step("an export is made and taken away"):
        export(browser)
    with step("a door is killed, nothing is missing"):
        killed_door(browser, hook)
    with step("without any door the pages answer"):
        no_door(browser, hook)
    with step("a backup is taken while all runs, and its drill holds"):
        keep("backup")
        same(bool(ledger(keep("drill"))), True, "that the drill counts the ledger")
    with step("all is lost, and restored from a backup"):
        restored(browser, hook)


if __name__ == "__main__":
    main(*sys.argv[1:])
