"""Answers that a browser keeps as a file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.http import HttpResponse, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
PORTION = 65_536  # bytes of a file that are sent at once


def csv(text: str, name: str) -> HttpResponse:
    """A table that stands written; `name`: of the file, Latin letters."""
    return HttpResponse(text, content_type=CSV, headers=_kept_as(name))


def long_csv(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A table of any length, line by line."""
    return StreamingHttpResponse(lines, content_type=CSV, headers=_kept_as(name))


def stored(path: Path, name: str, media: str) -> StreamingHttpResponse:
    """A file of our own."""
    headers = {**_kept_as(name), "Content-Length": str(path.stat().st_size)}
    return StreamingHttpResponse(_portions(path), content_type=media, headers=headers)


def _portions(path: Path) -> Iterator[bytes]:
    """Opened only when somebody reads: an answer nobody fetches holds no file."""
    with path.open("rb") as stream:
        while portion := stream.read(PORTION):
            yield portion


def _kept_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
