"""A workspace of RapidPro that speaks API v2 on a loopback port, keeps a record, and fails as it is told."""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from gateways.rapidpro import RapidPro

TOKEN = "t" * 40
BEGAN = datetime(2026, 10, 1, 8, tzinfo=UTC)
MOST = 100
Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What happens to one request instead of, or after (`taken`), its answer; cut: no answer, hang: seconds."""

    status: int = 0
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    taken: bool = False
    cut: bool = False
    hang: float = 0.0


@dataclass
class Workspace:
    """Its tables, and every request it got as (method, endpoint, query, body)."""

    port: int = 0
    contacts: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    broadcasts: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    requests: list[tuple[str, str, Row, Row]] = field(default_factory=list)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    received: list[tuple[str, Row]] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)
    connections: int = 0
    began: datetime = BEGAN
    page: int = 250
    outside: str = ""  # how it names itself in `next`; "": by its own address
    hollow: bool = False  # a page without rows comes before the last one
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def uuid(self) -> str:
        return str(UUID(int=sum(map(len, (self.contacts, self.groups, self.broadcasts))) + 1))

    def asked(self, endpoint: str) -> list[Row]:
        """The bodies posted there."""
        return [
            body for method, name, _, body in self.requests if (method, name) == ("POST", endpoint)
        ]

    # --- what staff and channels of RapidPro do -------------------------------------------------------

    def contact(self, urn: str, **more: Any) -> Row:
        row = {
            "uuid": self.uuid(),
            "name": None,
            "status": "active",
            "language": None,
            "urns": [urn],
            "groups": [],
            "fields": {},
            "flow": None,
            "created_on": stamp(0, self.began),
            "modified_on": stamp(0, self.began),
            "last_seen_on": None,
            **more,
        }
        self.contacts.append(row)
        return row

    def group(self, name: str, **more: Any) -> Row:
        row = {
            "uuid": self.uuid(),
            "name": name,
            "query": None,
            "status": "ready",
            "system": False,
            "count": 0,
        }
        self.groups.append({**row, **more})
        return self.groups[-1]

    def message(self, urn: str, text: str, status: str, **more: Any) -> Row:
        row = {
            "uuid": str(UUID(int=len(self.messages) + 1)),
            "contact": {"uuid": str(UUID(int=1)), "name": ""},
            "urn": urn,
            "channel": {"uuid": str(UUID(int=2)), "name": "SMS"},
            "direction": "out",
            "type": "text",
            "status": status,
            "visibility": "visible",
            "text": text,
            "labels": [],
            "flow": None,
            "attachments": [],
            "quick_replies": [],
            "created_on": stamp(60, self.began),
            "sent_on": None,
            "modified_on": stamp(60, self.began),
            **more,
        }
        self.messages.append(row)
        return row

    # --- the API ----------------------------------------------------------------------------------------

    def post(self, name: str, query: Row, body: Row) -> tuple[int, Any]:
        answer: tuple[int, Any] = getattr(self, f"post_{name}")(query, body)
        return answer

    def post_broadcasts(self, _query: Row, body: Row) -> tuple[int, Any]:
        if not any(body.get(kind) for kind in ("urns", "contacts", "groups")):
            return 400, ["Must provide either urns, contacts or groups."]
        if len(body["urns"]) > MOST:
            return 400, {"urns": [f"Ensure this field has no more than {MOST} elements."]}
        bad = {str(at): ["Invalid URN"] for at, urn in enumerate(body["urns"]) if "+2540" in urn}
        if bad:
            return 400, {"urns": bad}
        made = {
            "uuid": self.uuid(),
            "status": "pending",
            "progress": {"total": -1, "started": 0},
            "urns": body["urns"],
            "contacts": [],
            "groups": [],
            "text": {"eng": body["text"]},
            "base_language": "eng",
            "created_on": stamp(len(self.broadcasts), self.began),
        }
        self.broadcasts.append(made)
        return 201, made

    def post_groups(self, _query: Row, body: Row) -> tuple[int, Any]:
        return 201, self.group(body["name"])

    def post_contacts(self, query: Row, body: Row) -> tuple[int, Any]:
        found = next((one for one in self.contacts if query["urn"] in one["urns"]), None)
        status = 200 if found else 201
        found = found or self.contact(query["urn"])
        found |= body
        return status, found

    def post_contact_actions(self, _query: Row, body: Row) -> tuple[int, Any]:
        if len(body["contacts"]) > MOST:
            return 400, {"contacts": [f"Ensure this field has no more than {MOST} elements."]}
        group = next((one for one in self.groups if one["uuid"] == body["group"]), None)
        known = {urn: one for one in self.contacts for urn in (one["uuid"], *one["urns"])}
        if group is None or not known.keys() >= set(body["contacts"]):
            return 400, {"contacts": {"0": ["No such object"]}}
        ref = {"uuid": group["uuid"], "name": group["name"]}
        for name in body["contacts"]:
            rest = [one for one in known[name]["groups"] if one != ref]
            known[name]["groups"] = [*rest, ref] if body["action"] == "add" else rest
        return 204, None

    def get(self, name: str, query: Row) -> tuple[int, Any]:
        rows = [row for row in getattr(self, name) if fits(row, query)]
        start = int(query.get("cursor", 0))
        if self.hollow and 0 < start < len(rows):
            self.hollow = False
            return 200, {"next": self.next(name, query, start), "previous": None, "results": []}
        end = start + self.page
        follows = self.next(name, query, end) if end < len(rows) else None
        return 200, {"next": follows, "previous": None, "results": rows[start:end]}

    def next(self, name: str, query: Row, cursor: int) -> str:
        rest = "&".join(f"{key}={value}" for key, value in {**query, "cursor": cursor}.items())
        return f"{self.outside or self.url}/api/v2/{name}.json?{rest}"


def stamp(seconds: float, began: datetime = BEGAN) -> str:
    return (began + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def fits(row: Row, query: Row) -> bool:
    """The filters our side uses; stamps of one form compare as they read."""
    after, before = query.get("after", ""), query.get("before", "~")
    return (
        query.get("name", row.get("name")) == row.get("name")
        and after <= row.get("created_on", after)
        and row.get("created_on", before) <= before
    )


def account(base: str = "https://rapidpro.example", **more: Any) -> RapidPro:
    """Our account there."""
    values = {"name": "rp", "secrets": ("a" * 24,), "base": base, "token": TOKEN}
    return RapidPro(**{**values, **more})


class Api(BaseHTTPRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 5

    def setup(self):
        super().setup()
        self.server.workspace.connections += 1

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        workspace, where = self.server.workspace, urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if where.path.startswith("/c/ex/"):
            self.hear(workspace, where.path, raw)
            return
        query, body = dict(parse_qsl(where.query)), json.loads(raw or b"{}")
        prefix, _, last = where.path.rpartition("/")
        name = last.removesuffix(".json")
        with workspace.lock:
            workspace.requests.append((self.command, name, query, body))
            fault = workspace.faults.popleft() if workspace.faults else None
        if prefix != "/api/v2" or last == name:
            self.say(404, "Not found")
        elif self.headers["Authorization"] != f"Token {TOKEN}":
            self.say(403, json.dumps({"detail": "Invalid token"}))
        else:
            self.serve(workspace, fault, name, query, body)

    def hear(self, workspace: Workspace, path: str, raw: bytes):
        """Courier's side of an External API channel: what became of a message, or a text of somebody.

        `heard` holds (uuid of the channel, word, id of the message), `received` (uuid of the channel, fields).
        """
        _, _, _, channel, word = path.split("/")
        told = dict(parse_qsl(raw.decode()))
        with workspace.lock:
            fault = workspace.faults.popleft() if workspace.faults else None
            if (fault is None or fault.taken) and word == "receive":
                datetime.fromisoformat(told["date"])
                workspace.received.append((channel, told))
            elif fault is None or fault.taken:
                workspace.heard.append((channel, word, told["id"]))
        time.sleep(fault.hang if fault else 0)
        if fault and fault.cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.say(fault.status if fault else 200, "{}", fault.headers if fault else ())

    def serve(self, workspace: Workspace, fault: Fault | None, name: str, query: Row, body: Row):
        status, told = 0, None
        if fault is None or fault.taken:
            with workspace.lock:
                status, told = (
                    workspace.get(name, query)
                    if self.command == "GET"
                    else workspace.post(name, query, body)
                )
        if fault is None:
            self.say(status, "" if told is None else json.dumps(told))
            return
        time.sleep(fault.hang)
        if fault.cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.say(fault.status or status, fault.body or json.dumps(told), fault.headers)

    def say(self, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()):
        content = text.encode()
        self.send_response(status)
        for name, value in (("Content-Type", "application/json"), *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    workspace: Workspace

    def handle_error(self, *_):
        pass


@contextmanager
def running() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Api)
    server.workspace = Workspace(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
