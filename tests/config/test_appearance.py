"""Light or dark: what the reader chose lies in a cookie, and the page says it before it is painted."""

import re

import pytest

from config import appearance

HTML = re.compile(r'data-appearance="(\w+)" data-bs-theme="(\w+)"')


def change(client, chosen, language="en"):
    return client.post(
        "/language/", {"language": language, "appearance": chosen, "next": "/sign-in/"}
    )


def looks(client):
    """What the device is asked, and what is painted without it."""
    return HTML.findall(client.get("/sign-in/").content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "painted"),
    [("auto", ("auto", "light")), ("light", ("light", "light")), ("dark", ("dark", "dark"))],
)
def test_chosen_look_is_on_every_page(client, chosen, painted):
    answer = change(client, chosen)

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert looks(client) == [painted]


@pytest.mark.django_db
def test_as_the_device_forgets_the_choice(client):
    change(client, "dark")
    change(client, "auto")

    assert client.cookies[appearance.COOKIE].value == ""
    assert looks(client) == [("auto", "light")]


@pytest.mark.django_db
def test_unknown_look_changes_nothing(client):
    client.cookies[appearance.COOKIE] = "striped"
    change(client, "pink")

    assert client.cookies[appearance.COOKIE].value == "striped"
    assert looks(client) == [("auto", "light")]


@pytest.mark.django_db
def test_language_and_look_change_together(client):
    change(client, "dark", language="ar")

    page = client.get("/sign-in/").content.decode()
    assert re.findall(r'<html lang="(\w+)" dir="(\w+)"', page) == [("ar", "rtl")]
    assert HTML.findall(page) == [("dark", "dark")]


@pytest.mark.django_db
def test_looking_at_the_form_changes_nothing(client):
    client.get("/language/", {"appearance": "dark"})

    assert appearance.COOKIE not in client.cookies


@pytest.mark.django_db
def test_cookie_says_nothing_to_scripts_and_other_sites(client):
    change(client, "dark")

    cookie = client.cookies[appearance.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        True,
        "Lax",
        appearance.KEPT,
    )
