"""Passkeys through the pages, with an authenticator made of twenty lines: a key, a name, a counter."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from people import second, staff
from people.models import Staff

pytestmark = pytest.mark.django_db
LONG = "a long and unusual sentence"
FLAG = AuthenticatorData.FLAG


@dataclass
class Token:
    """What a phone or a key on the port does, for one site."""

    origin: str = "http://localhost"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    name: bytes = b"the token's name for us"

    def make(self, asked: dict[str, Any]) -> str:
        public = ES256.from_cryptography_key(self.key.public_key())
        held = AttestedCredentialData.create(Aaguid.NONE, self.name, public)
        data = AuthenticatorData.create(sha256(b"localhost"), FLAG.UP | FLAG.AT, 0, held)
        statement = AttestationObject.create("none", data, {})
        return self._told("webauthn.create", asked, attestationObject=bytes(statement))

    def show(self, asked: dict[str, Any]) -> str:
        data = AuthenticatorData.create(sha256(b"localhost"), FLAG.UP, 1)
        told = self._client("webauthn.get", asked)
        signed = self.key.sign(data + told.hash, ec.ECDSA(hashes.SHA256()))
        return self._told("webauthn.get", asked, authenticatorData=bytes(data), signature=signed)

    def _client(self, kind: str, asked: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, asked["publicKey"]["challenge"], self.origin)

    def _told(self, kind: str, asked: dict[str, Any], **parts: bytes) -> str:
        response = {"clientDataJSON": bytes(self._client(kind, asked)), **parts}
        name = websafe_encode(self.name)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {word: websafe_encode(part) for word, part in response.items()},
            }
        )


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Host": "localhost"})


@pytest.fixture
def officer() -> Staff:
    staff.install_roles()
    return staff.hire("officer", "protection", countries=["KE"], password=LONG)


def asked(answer) -> dict[str, Any]:
    """What the page hands to the browser."""
    found = re.search(r'id="passkey-asked"[^>]*>(.*?)</script>', answer.content.decode(), re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def set_up(browser: Client, officer: Staff, token: Token, password: str = LONG):
    browser.force_login(officer)
    page = reverse("people:second-passkey")
    made = token.make(asked(browser.get(page)))
    return browser.post(page, {"credential": made, "password": password, "name": "My phone"})


def sign_in(browser: Client) -> dict[str, Any]:
    browser.logout()
    browser.post(reverse("login"), {"username": "officer", "password": LONG})
    return asked(browser.get(reverse("people:second")))


def test_passkey_is_kept_and_signs_in(browser, officer):
    token = Token()

    codes = set_up(browser, officer, token)
    answer = browser.post(reverse("people:second"), {"credential": token.show(sign_in(browser))})

    assert (codes.status_code, "Recovery codes" in codes.content.decode()) == (200, True)
    assert (answer.url, browser.get("/").status_code) == ("/", 200)
    assert [way.name for way in second.ways(second.factors(officer))] == ["My phone"]


def test_passkey_of_another_key_is_refused(browser, officer):
    set_up(browser, officer, Token())

    answer = browser.post(reverse("people:second"), {"credential": Token().show(sign_in(browser))})

    assert (answer.status_code, browser.get("/").status_code) == (422, 302)


def test_answer_to_an_earlier_challenge_is_refused(browser, officer):
    token = Token()
    set_up(browser, officer, token)
    old = token.show(sign_in(browser))
    sign_in(browser)

    assert browser.post(reverse("people:second"), {"credential": old}).status_code == 422


def test_answer_for_another_site_is_refused(browser, officer):
    assert set_up(browser, officer, Token("https://elsewhere.example")).status_code == 422
    assert Authenticator.objects.count() == 0


def test_passkey_takes_the_password(browser, officer):
    assert set_up(browser, officer, Token(), password="wrong").status_code == 422
    assert not second.has(officer)


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "1", "null", '{"id": 1}', '{"response": {}}', '{"id":"a","rawId":"a"}'],
)
def test_damaged_answers_are_refused(browser, officer, answer):
    set_up(browser, officer, Token())
    sign_in(browser)

    assert browser.post(reverse("people:second"), {"credential": answer}).status_code == 422


@pytest.mark.parametrize(
    ("host", "offered"),
    [("localhost:8000", True), ("127.0.0.1:8000", False), ("[::1]:8000", False)],
)
def test_passkeys_are_offered_where_a_browser_keeps_them(browser, officer, host, offered):
    browser.force_login(officer)

    page = browser.get(reverse("people:second-passkey"), headers={"Host": host}).content.decode()

    assert ("passkey-asked" in page, "set up an app instead" in page) == (offered, True)
