"""Health of a worker by the file it touches, of a web process by what it says."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from celery import signals

from config import alive
from config.celery import app


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(alive.VARIABLE, str(tmp_path / "alive"))
    return tmp_path / "alive"


def test_no_file_is_no_life(file):
    assert alive.main([]) == 1


def test_task_that_begins_is_a_sign_of_life(file):
    task = app.tasks["celery.accumulate"]

    signals.task_prerun.send(sender=task, task_id="1", task=task, args=[], kwargs={})

    assert alive.main([]) == 0


def test_task_that_was_handed_over_is_one_too(file):
    signals.after_task_publish.send(sender="people.tasks.purge", body={}, exchange="", headers={})

    assert alive.main([]) == 0


def test_old_file_is_no_life(file):
    alive.touch()
    touched = file.stat().st_mtime

    assert alive.fresh(file, now=touched + alive.FRESH - 1)
    assert not alive.fresh(file, now=touched + alive.FRESH)


def test_nothing_is_written_where_nobody_asked_for_it(tmp_path, monkeypatch):
    monkeypatch.delenv(alive.VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)

    alive.touch()

    assert list(tmp_path.iterdir()) == []


def test_full_disk_ends_no_task(tmp_path, monkeypatch):
    monkeypatch.setenv(alive.VARIABLE, str(tmp_path / "gone" / "alive"))

    alive.touch()

    assert alive.main([]) == 1


class Web(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()

    def log_message(self, *_words):
        """Silent."""


@pytest.fixture
def web():
    with HTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_web_process_lives_when_it_says_so(web):
    assert alive.main([f"{web}/healthz"]) == 0
    assert alive.main([f"{web}/other"]) == 1


def test_web_process_that_is_gone_does_not_live():
    assert alive.main(["http://127.0.0.1:9/healthz"]) == 1
