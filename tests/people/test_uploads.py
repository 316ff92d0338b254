"""Of a large upload nothing is left on the disk, however its process ends."""

from pathlib import Path
from tempfile import gettempdir

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from people.uploads import NamelessUploadHandler

LARGE = b"0711000001\n" * 300_000  # above what stays in memory


def uploaded(content):
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("list.csv", content)})
    return request.FILES["file"]


def test_a_large_upload_has_no_name_on_the_disk():
    before = set(Path(gettempdir()).glob("*.upload"))

    with uploaded(LARGE) as file:
        assert (file.name, file.size) == ("list.csv", len(LARGE))
        assert b"".join(file.chunks()) == LARGE
        assert not isinstance(file.file.name, str)  # a number: the file has no name
        assert set(Path(gettempdir()).glob("*.upload")) == before


def test_a_small_upload_stays_in_memory():
    assert uploaded(b"phone\n").read() == b"phone\n"


def test_the_handler_stands_in_the_settings(settings):
    assert settings.FILE_UPLOAD_HANDLERS[-1].rpartition(".")[2] == NamelessUploadHandler.__name__
