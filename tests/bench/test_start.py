"""The bench of the first start: what does not start says why, and what it started is stopped."""

import sys
from pathlib import Path

import pytest

from tests.bench.start import NoStart, Place, clean

PAGE = """
import http.server, os, time
class Hand(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"<html></html>")
    def log_message(self, *_): pass
open(os.environ["NJIA_DATA"], "w").write(str(os.getpid()))
http.server.HTTPServer(("127.0.0.1", int(os.environ["NJIA_PORT"])), Hand).serve_forever()
"""


def place(folder: Path, code: str) -> Place:
    return Place(folder, folder / "data", (sys.executable, "-c", code))


def test_seconds_until_the_first_page_and_then_it_is_stopped(tmp_path: Path) -> None:
    seconds = place(tmp_path, PAGE).seconds()

    process = int((tmp_path / "data").read_text())
    assert 0 < seconds < 60
    assert not Path(f"/proc/{process}").exists()


def test_product_that_ends_at_once_says_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(NoStart, match=r"^The disk is full\.$"):
        place(tmp_path, "raise SystemExit('Hm.\\nThe disk is full.')").seconds()


def test_nothing_of_a_product_that_runs_here_is_handed_on(monkeypatch) -> None:
    for name in ("NJIA_DATA", "NJIA_PROXIES", "DATABASE_URL", "REDIS_URL", "MAKEFLAGS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("LANG", "C.UTF-8")

    found = clean()

    assert found["LANG"] == "C.UTF-8"
    assert [name for name in found if name.startswith(("NJIA_", "DATABASE", "REDIS", "MAKE"))] == []
