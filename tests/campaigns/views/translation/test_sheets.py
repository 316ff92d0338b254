"""Sheets through the pages: download, upload, preview, confirm; who may; nothing before it is confirmed."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import ContentItem, Text
from campaigns.writing.exchange import review
from people import staff
from tests.campaigns.house import DOOR
from tests.campaigns.writing.exchange.desk import Book, Desk, edited

pytestmark = pytest.mark.django_db
ROLES = ("administrator", "manager", "approver", "translator", "monitoring", "protection")
NAMES = ("open.xlsx", "all.xlsx", "open.po", "all.po", "review.xlsx")
PAGE = reverse("campaigns:translation-sheets", args=["sw"])
IN = reverse("campaigns:translation-bring-in", args=["sw"])


@pytest.fixture
def desk(house):
    house.write("faq-001", "sw", DOOR)
    return Desk(house)


def upload(client, raw, **more):
    return client.post(PAGE, {"file": SimpleUploadedFile("sheet.xlsx", raw), **more})


def parcel(answer):
    found = re.search(r'name="parcel" value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def said(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def download(client, name):
    return client.get(reverse("campaigns:translation-download", args=["sw", name]))


@pytest.mark.parametrize("name", NAMES)
def test_sheet_is_downloaded_under_its_name(sign_in, desk, name):
    answer = download(sign_in("translator"), name)

    assert answer["Content-Disposition"] == f'attachment; filename="njia-salama-sw-{name}"'
    assert desk.look(answer.content).empty


@pytest.mark.parametrize("role", ROLES)
def test_who_may_download_and_bring_in(sign_in, desk, role):
    raw = edited(desk.workbook(), title="Njia")
    client = sign_in(role)
    writes = role in ("manager", "translator")
    reads = role != "monitoring"

    assert download(client, "all.xlsx").status_code == (200 if reads else 403)
    assert client.get(PAGE).status_code == (200 if reads else 403)
    answer = upload(client, raw)
    assert ("parcel" in answer.content.decode()) == writes
    assert client.post(IN, {"parcel": "x"}).status_code == (302 if writes else 403)


@pytest.mark.parametrize("path", ["xx/sheets/", "en/sheets/", "sw/sheets/none.xlsx/"])
def test_what_there_is_not_is_not_found(sign_in, path):
    assert sign_in("translator").get(f"/translation/{path}").status_code == 404


def test_sheet_is_shown_before_it_is_written(sign_in, desk):
    client = sign_in("translator")

    answer = upload(client, edited(desk.workbook(), title="Njia ni hatari?"))

    assert answer.status_code == 200
    assert [change["item"] for change in answer.context["changes"]] == ["faq-001"]
    assert Text.objects.filter(language="sw").count() == 1

    done = client.post(IN, {"parcel": parcel(answer)})

    assert said(done) == ["1 draft written."]
    assert Text.objects.filter(language="sw").latest("id").title == "Njia ni hatari?"


def test_faults_are_shown_by_row_and_cannot_be_confirmed(sign_in, desk):
    answer = upload(sign_in("translator"), edited(desk.workbook(), short="x" * 21))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 thing is wrong, so nothing was written" in page
    assert 'name="parcel"' not in page


def test_sheet_that_changes_nothing_says_so(sign_in, desk):
    page = upload(sign_in("translator"), desk.workbook()).content.decode()

    assert "The sheet changes nothing" in page


def test_parcel_of_somebody_else_or_tampered_with_is_refused(sign_in, desk):
    page = upload(sign_in("translator"), edited(desk.workbook(), title="Njia"))
    found = parcel(page)
    client = sign_in("manager")

    answers = [client.post(IN, {"parcel": one}) for one in (found, found[:-1], "")]

    too_old = "The preview is too old. Upload the sheet again."
    assert [said(answer)[-1] for answer in answers] == [too_old] * 3
    assert Text.objects.filter(language="sw").count() == 1


def test_what_changed_meanwhile_is_told(sign_in, desk):
    client = sign_in("translator")
    found = parcel(upload(client, edited(desk.workbook(), title="Njia")))
    ContentItem.objects.filter(code="faq-001").update(retired=True)

    answer = client.post(IN, {"parcel": found})

    assert "it was changed while you looked at the preview" in said(answer)[-1]


def test_file_over_the_limit_is_refused(sign_in, desk):
    answer = upload(sign_in("translator"), b"x" * (5 * 1024 * 1024 + 1))

    assert answer.context["form"].errors["file"] == [
        "The sheet is larger than 5 MB. Send it in parts."
    ]


def test_too_many_changes_for_one_form_are_told(sign_in, desk, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 300

    answer = upload(sign_in("translator"), edited(desk.workbook(), title="Njia"))

    assert answer.status_code == 422
    assert "too many changes at once" in answer.content.decode()


def test_reviewers_sheet_asks_who_read_it(sign_in, desk):
    book = Book(desk.review())
    for field in ("title", "short", "body"):
        book.put("faq-001", field, "x", review.COLUMNS.index(review.GOOD) + 1)
    client = sign_in("manager")

    first = upload(client, book.raw())
    second = upload(client, book.raw(), reader="Amina")
    done = client.post(IN, {"parcel": parcel(second)})

    assert list(first.context["form"].errors) == ["reader"]
    assert said(done) == ["0 drafts written.", "1 text marked as reviewed."]
    assert Text.objects.get(language="sw").reviewer == "Amina"


def test_items_of_other_countries_do_not_go_out(client, house):
    ContentItem.objects.filter(code="faq-001").update(countries=["ET"])
    client.force_login(staff.hire("t", "translator", countries=["KE"], password="x"))

    assert b"faq-001" not in download(client, "all.po").content
