"""The gateways file: what it gives, and the one sentence for each mistake."""

import json
import threading
from pathlib import Path

import pytest

import gateways
from gateways.africastalking import AfricasTalking
from gateways.base import Gateway, ServiceCode, authentic
from gateways.kannel import Kannel
from gateways.registry import hook_secrets

GOOD = """
[gateways.at]
adapter = "africastalking"
username = "app"
key = "$AT_KEY"
secrets = ["$AT_NEW", "old-old-old-old-old-old-old"]
sender = "NJIA"
batch = 200
rate = 50
allowed = ["192.0.2.0/24"]
[gateways.at.codes]
"*384*77#" = { country = "KE", campaign = "SAFE" }
"*284#" = "UG"
[gateways.at.ucs2_ussd]
63601 = "yes"
63902 = "no"
64110 = "unknown"
"""


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("AT_KEY", "the-key")
    monkeypatch.setenv("AT_NEW", "n" * 30)

    def load(text: str) -> dict[str, Gateway]:
        file = tmp_path / "gateways.toml"
        file.write_text(text)
        return gateways.load(str(file), data=tmp_path, network_port=1)

    return load


def test_a_file_gives_its_gateways(loaded):
    gateway = loaded(GOOD)["at"]

    assert isinstance(gateway, AfricasTalking)
    assert (gateway.name, gateway.key, gateway.sender) == ("at", "the-key", "NJIA")
    assert (gateway.batch, gateway.rate, gateway.simulated) == (200, 50, False)
    assert gateway.codes == {
        "*384*77#": ServiceCode("*384*77#", "KE", "SAFE"),
        "*284#": ServiceCode("*284#", "UG"),
    }
    assert gateway.ucs2_ussd == {"63601": True, "63902": False}
    assert gateway.allowed == ("192.0.2.0/24",)


def test_old_and_new_secrets_are_accepted_while_a_rotation_overlaps(loaded):
    gateway = loaded(GOOD)["at"]

    assert gateway.secret == "n" * 30
    assert authentic(gateway, "n" * 30)
    assert authentic(gateway, "old-old-old-old-old-old-old")
    assert not authentic(gateway, "n" * 29)
    assert not authentic(gateway, "é")


def test_a_secret_may_lie_in_a_file(loaded, tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from-a-file\n")
    monkeypatch.setenv("AT_KEY_FILE", str(tmp_path / "key"))

    gateway = loaded(GOOD)["at"]

    assert isinstance(gateway, AfricasTalking)
    assert gateway.key == "from-a-file"


KANNEL = """
[gateways.ke]
adapter = "kannel"
base = "https://kannel.example:13013"
public = "https://njia.example"
username = "njia"
password = "$AT_KEY"
secret = "$AT_NEW"
networks = { saf = "63902", airtel = "$AIRTEL" }
"""


def test_a_kannel_is_read_with_the_tables_of_its_own(loaded, monkeypatch):
    monkeypatch.setenv("AIRTEL", "63903")

    gateway = loaded(KANNEL)["ke"]

    assert isinstance(gateway, Kannel)
    assert (gateway.password, gateway.batch, gateway.plus) == ("the-key", 1, True)
    assert gateway.networks == {"saf": "63902", "airtel": "63903"}
    assert gateway.hook("sms") == f"/hooks/ke/{'n' * 30}/sms"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("networks = {", "networks = 1 #"), "networks must be a table of texts, not 1"),
        (('"63902"', "63902"), "networks.saf must be text in quotes, not 63902"),
        (('"63902"', '"$NONE_SUCH"'), "networks.saf needs the environment variable NONE_SUCH"),
        (('username = "njia"', ""), "username is missing"),
    ],
)
def test_a_mistake_in_a_kannels_tables_is_said(loaded, monkeypatch, change, sentence):
    monkeypatch.setenv("AIRTEL", "63903")

    with pytest.raises(gateways.BadSettings, match=f"Gateway ke: {sentence}"):
        loaded(KANNEL.replace(*change))


EIGHT = ["KE", "ET", "UG", "SO", "SS", "SD", "DJ", "ER"]
SECRET = 'secret = "' + "s" * 24 + '"\n'
HEAD = '[gateways.at]\nadapter = "africastalking"\n'
BASE = HEAD + 'username = "a"\nkey = "k"\n' + SECRET


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[gateways", "is not TOML"),
        ("", "names no gateway"),
        ("[gateways.A_B]\n", "no name for a gateway"),
        (
            '[gateways.at]\nadapter = "pigeon"\n',
            "unknown adapter 'pigeon'; known are africastalking, http, kannel, rapidpro",
        ),
        ("[gateways.at]\n", "unknown adapter None"),
        (HEAD, "secret is missing"),
        (HEAD + 'secret = "short"\n', "a secret needs 22 or more"),
        (HEAD + 'secret = "' + "ä" * 30 + '"\n', "a secret needs 22 or more"),
        (
            HEAD + 'key = "$NOT_SET_ANYWHERE"\n',
            "key needs the environment variable NOT_SET_ANYWHERE",
        ),
        (HEAD + 'username = "a"\n' + SECRET, "key is missing"),
        (BASE + "colour = 1\n", "unknown setting 'colour'"),
        (BASE + 'name = "x"\n', "unknown setting 'name'"),
        (BASE + 'batch = "many"\n', "batch must be a whole number"),
        (BASE + "batch = 0\n", "batch must be above zero"),
        (BASE + "suffix = -1\n", "suffix must be from 0 to 160"),
        (BASE + "suffix = 161\n", "suffix must be from 0 to 160"),
        (BASE + "batch = true\n", "batch must be a whole number"),
        (BASE + 'input_mode = "odd"\n', 'input_mode is "cumulative" or "last"'),
        (BASE + 'allowed = ["10.0.0.1/8"]\n', "allowed must list networks"),
        (BASE + "codes = 1\n", "codes must be a table"),
        (BASE + 'codes = { "384" = "KE" }\n', "must look like"),
        (BASE + 'codes = { "*384#" = "Kenya" }\n', "must look like"),
        (BASE + 'ucs2_ussd = "yes"\n', "ucs2_ussd must be a table of network codes"),
        (
            BASE + 'ucs2_ussd = { 63601 = "yes", 63902 = "maybe" }\n',
            'ucs2_ussd of network 63902 is \'maybe\': write "yes", "no" or "unknown"',
        ),
        (BASE + "ucs2_ussd = { 63902 = true }\n", "ucs2_ussd of network 63902 is True"),
        (BASE + 'ucs2_ussd = { 63902 = ["yes"] }\n', "ucs2_ussd of network 63902 is"),
        (BASE + "ucs2_ussd = { 63902 = { now = 1 } }\n", "ucs2_ussd of network 63902 is"),
        (BASE + BASE.replace("gateways.at", "gateways.two"), "at and two have the same secret"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(loaded, text, sentence):
    with pytest.raises(gateways.BadSettings, match=sentence) as raised:
        loaded(text)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(gateways.BadSettings, match="cannot be read"):
        gateways.load(str(tmp_path / "none.toml"), data=tmp_path, network_port=1)


def test_without_a_file_there_is_one_simulated_gateway(tmp_path):
    loaded = gateways.load("", data=tmp_path / "new", network_port=4567)

    gateway = loaded["sim"]
    assert isinstance(gateway, AfricasTalking)
    assert (list(loaded), gateway.simulated) == (["sim"], True)
    assert gateway.url == "http://127.0.0.1:4567/version1"
    assert {code.country for code in gateway.codes.values()} == set(EIGHT)
    assert gateway.codes["*384*1234#"].country == "KE"


def test_the_hook_secret_is_made_once_for_its_owner_alone(tmp_path):
    first, second = (gateways.load("", data=tmp_path, network_port=1)["sim"] for _ in range(2))

    kept = tmp_path / "hooks.json"
    assert first.secret == second.secret
    assert len(first.secret) == 32
    assert json.loads(kept.read_text()) == {"sim": [first.secret]}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["hooks.json"]


def test_processes_that_start_at_once_share_one_secret(tmp_path):
    secrets, barrier = [], threading.Barrier(8)

    def make():
        barrier.wait()
        secrets.append(hook_secrets(tmp_path, "sim"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(secrets)) == 1


def test_the_example_file_loads(monkeypatch, tmp_path):
    monkeypatch.setenv("AT_KEY", "k")
    monkeypatch.setenv("AT_HOOK_SECRET", "s" * 24)
    example = Path(__file__).parent.parent.parent / "gateways.example.toml"

    loaded = gateways.load(str(example), data=tmp_path, network_port=1)

    assert list(loaded) == ["at-kenya"]


@pytest.mark.parametrize("content", [b"", b'{"sim": ["tru', b"[]", b"\xff\xfe"])
def test_damaged_hook_secrets_are_told(tmp_path, content):
    (tmp_path / "hooks.json").write_bytes(content)
    with pytest.raises(
        gateways.BadSettings, match=r"hooks\.json is damaged: restore it from a backup"
    ):
        hook_secrets(tmp_path, "sim")


def test_missing_secret_file_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("AT_KEY_FILE", str(tmp_path / "none"))
    file = tmp_path / "gateways.toml"
    file.write_text('[gateways.at]\nadapter = "africastalking"\nusername = "x"\nkey = "$AT_KEY"\n')
    with pytest.raises(
        gateways.BadSettings, match=r"Gateway at: .*none for key cannot be read: No such"
    ):
        gateways.load(str(file), data=tmp_path, network_port=1)


RAPIDPRO = (
    '[gateways.rp]\nadapter = "rapidpro"\nsecret = "'
    + "r" * 24
    + '"\nbase = "https://rp.example"\n'
    'token = "k"\nchannel = "11111111-2222-3333-4444-555555555555"\ncarrier = "{carrier}"\n'
)


def test_carrier_of_rapidpro_is_another_gateway(loaded):
    known = loaded(BASE + RAPIDPRO.format(carrier="at"))

    assert list(known) == ["at", "rp"]
    for carrier in ("rp", "none"):
        with pytest.raises(gateways.BadSettings, match=f"carrier '{carrier}' is no other gateway"):
            loaded(BASE + RAPIDPRO.format(carrier=carrier))
