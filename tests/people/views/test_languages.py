"""Staff add a language and set orders on pages that work without script."""

import re

import pytest
from django.urls import reverse

from people import languages, seeding
from people.models import CountryMenu, Language

pytestmark = pytest.mark.django_db
NEW = {
    "code": "zza",
    "iso639_3": "zza",
    "name": "Zazalian",
    "autonym": "Zazà",
    "plain": "Zaza",
    "script": "Latn",
    "direction": "",
    "other_names": "zaza talk\n\n  Zaza  speech ",
}
LIST, ADD = "people:languages", "people:language-add"


@pytest.fixture(autouse=True)
def seeded():
    seeding.load()


def page_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def errors(answer):
    return re.findall(r'role="alert">([^<]*)<', page_of(answer))


def order_page(country="KE", **query):
    return reverse("people:language-order", args=[country], query=query)


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [
        ("administrator", 200, 200),
        ("manager", 200, 200),
        ("approver", 200, 403),
        ("translator", 200, 403),
        ("monitoring", 403, 403),
        ("protection", 403, 403),
    ],
)
def test_pages_open_by_role(sign_in, role, seen, changed):
    client = sign_in(role, "KE")

    addresses = [reverse(ADD), reverse("people:language-change", args=["din"]), order_page()]
    assert client.get(reverse(LIST)).status_code == seen
    assert [client.get(one).status_code for one in addresses] == [changed] * 3


def test_nobody_may_delete_a_language(sign_in, admin_client):
    assert not Language._meta.default_permissions.count("delete")
    address = reverse("admin:people_language_delete", args=["din"])
    assert sign_in("administrator").post(address, {"post": "yes"}).status_code == 403
    assert Language.objects.filter(pk="din").exists()


def test_order_of_another_country_is_not_there(sign_in):
    client = sign_in("manager", "KE")

    assert [client.get(order_page(country)).status_code for country in ("KE", "UG", "XX")] == [
        200,
        404,
        404,
    ]


# --- the list --------------------------------------------------------------------------------------


def test_list_says_names_and_places(sign_in):
    page = page_of(sign_in("manager", "KE").get(reverse(LIST)))

    rows = dict(re.findall(r'<tr id="([\w-]+)">(.*?)</tr>', page))
    assert set(rows) == set(languages.seeded())
    assert re.findall(r'<bdi dir="ltr">(\w\w \d)</bdi>', rows["ar"]) == [
        "DJ 3",
        "ER 2",
        "SO 2",
        "SS 2",
        "SD 1",
    ]
    assert "right to left" in rows["ar"]
    assert '<bdi lang="am">አማርኛ</bdi>' in rows["am"]


def test_list_links_only_what_may_be_changed(sign_in):
    page = page_of(sign_in("manager", "KE", "UG").get(reverse(LIST)))
    assert re.findall(r'href="/languages/order/(\w\w)/"', page) == ["KE", "UG"]

    page = page_of(sign_in("translator", "KE").get(reverse(LIST)))
    assert re.findall(r'href="/languages/(?:order|change|add)', page) == []


def test_list_asks_the_database_no_more_for_more_languages(sign_in, django_assert_max_num_queries):
    client = sign_in("manager", "KE")
    client.get(reverse(LIST))

    with django_assert_max_num_queries(7):
        client.get(reverse(LIST))


# --- one language ----------------------------------------------------------------------------------


def test_new_language_is_kept_and_listed(sign_in):
    client = sign_in("manager", "KE")

    answer = client.post(reverse(ADD), NEW, follow=True)

    assert "Zazalian is kept." in page_of(answer)
    made = languages.known()["zza"]
    assert (made.direction, made.latin) == ("ltr", "")
    assert made.other_names == ("zaza talk", "Zaza speech")


def test_direction_follows_the_script_unless_it_is_said(sign_in):
    client = sign_in("manager", "KE")

    client.post(reverse(ADD), NEW | {"script": "Arab"})
    client.post(
        reverse(ADD),
        NEW
        | {"code": "zzb", "iso639_3": "zzb", "name": "B", "autonym": "B", "plain": "Bbb", "script": "Arab", "direction": "ltr", "other_names": ""},
    )  # fmt: skip

    assert [languages.known()[code].direction for code in ("zza", "zzb")] == ["rtl", "ltr"]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in):
    answer = sign_in("manager", "KE").post(reverse(ADD), NEW | {"plain": "Zazà", "iso639_3": "zzz"})

    assert (answer.status_code, errors(answer)) == (
        422,
        [
            "A code of three letters is the ISO 639-3 code: write zza.",
            "Every phone must show it: write it without à.",
        ],
    )
    assert 'value="Zazalian"' in page_of(answer)
    assert "<title>Add a language" in page_of(answer)
    assert "zza" not in languages.known()


def test_language_that_is_here_is_not_added_twice(sign_in):
    answer = sign_in("manager", "KE").post(reverse(ADD), NEW | {"code": "DIN", "iso639_3": "din"})

    assert errors(answer) == ["This language is here already."]


def test_code_stays_when_a_language_is_changed(sign_in):
    client = sign_in("manager", "KE")
    address = reverse("people:language-change", args=["nus"])
    told = NEW | {"code": "xyz", "iso639_3": "nus", "name": "Nuer", "plain": "Nuer"}

    assert client.post(address, told).status_code == 302

    changed = languages.known()["nus"]
    assert (changed.plain, changed.autonym) == ("Nuer", "Zazà")
    assert "xyz" not in languages.known()


def test_variant_added_is_offered_and_can_be_taken_away(sign_in):
    client = sign_in("manager", "KE")
    told = {"code": "tig_latn", "iso639_3": "tig", "name": "Tigre in Latin letters", "autonym": "Tigrayit l", "other_names": ""}  # fmt: skip
    client.post(reverse(ADD), NEW | told | {"plain": "Tigre"})
    assert languages.known()["tig"].latin == "tig-Latn"

    address = reverse("people:language-change", args=["tig"])
    page = page_of(client.get(address))
    assert '<option value="tig-Latn" selected>' in page
    tigre = {"code": "tig", "iso639_3": "tig", "name": "Tigre", "autonym": "ትግረ", "plain": "Tigre", "script": "Ethi"}  # fmt: skip
    client.post(address, NEW | tigre | {"latin": "", "other_names": ""})

    assert languages.known()["tig"].latin == ""


def test_language_of_the_seed_can_be_changed_before_the_first_steps_ran(sign_in):
    Language.objects.all().delete()

    answer = sign_in("manager", "KE").get(reverse("people:language-change", args=["din"]))

    assert 'value="Thuongjang"' in page_of(answer)
    assert list(Language.objects.values_list("code", flat=True)) == ["din"]


def test_language_nobody_has_is_not_there(sign_in):
    address = reverse("people:language-change", args=["zza"])

    assert sign_in("manager", "KE").get(address).status_code == 404


# --- the order of a country -------------------------------------------------------------------------


def test_trying_an_order_keeps_nothing_and_says_whose_digit_changes(sign_in):
    page = page_of(sign_in("manager", "KE").get(order_page(order="en sw so om")))

    assert re.findall(r"<li>(\d.*?)</li>", page) == [
        "1 meant <bdi>Kiswahili</bdi>, would mean <bdi>English</bdi>",
        "2 meant <bdi>English</bdi>, would mean <bdi>Kiswahili</bdi>",
    ]
    assert languages.order("KE") == ("sw", "en", "so", "om")


def test_buttons_carry_the_order_they_lead_to(sign_in):
    page = page_of(sign_in("manager", "KE").get(order_page()))

    buttons = re.findall(
        r'name="order" value="([^"]*)"(?: disabled)? aria-label="([^"]* English[^"]*)"', page
    )
    assert buttons == [
        ("en sw so om", "Move English up"),
        ("sw so en om", "Move English down"),
        ("sw so om", "Take English out"),
    ]
    assert "Nothing yet." in page
    assert "Keep this order" not in page


def test_language_added_at_the_end_moves_no_digit(sign_in):
    page = page_of(sign_in("manager", "KE").get(order_page(order="sw en so om", add="aa")))

    assert "No digit that people learnt changes its meaning." in page
    assert 'name="order" value="sw en so om aa"' in page


def test_order_is_kept_after_a_press(sign_in):
    client = sign_in("manager", "KE")

    told = {"order": "en sw", "seen": "sw en so om"}
    answer = client.post(order_page(), told, follow=True)

    assert "The order is kept. People meet it with the next edition." in page_of(answer)
    assert languages.order("KE") == ("en", "sw")


def test_order_changed_meanwhile_is_said_and_not_kept(sign_in):
    client = sign_in("manager", "KE")
    CountryMenu.objects.filter(country="KE").update(languages=["so", "sw"])

    answer = client.post(order_page(), {"order": "en sw", "seen": "sw en so om"})

    assert (answer.status_code, errors(answer)) == (
        422,
        ["Somebody else has just changed this order. Look at it again."],
    )
    assert languages.order("KE") == ("so", "sw")


def test_eighth_language_and_an_empty_order_cannot_be_kept(sign_in):
    client = sign_in("manager", "ET")
    eight = client.get(order_page("ET", order=" ".join(languages.order("ET")), add="fr"))
    empty = client.get(order_page("ET", order=""))

    assert [answer.status_code for answer in (eight, empty)] == [422, 422]
    assert ["Keep this order" in page_of(answer) for answer in (eight, empty)] == [False, False]
    assert errors(empty) == ["A country needs one language at least."]
    assert "The list is full: 7 languages" in page_of(client.get(order_page("ET")))
