"""A mail server and a webhook of the test, and settings that name them."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from replica.settings import Settings


class _Mail(socketserver.StreamRequestHandler):
    """As much of a mail server as takes a message (RFC 5321), without encryption or passwords."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().strip():
            match line.split()[0].upper():
                case b"EHLO" | b"HELO":
                    self.wfile.write(b"250 test\r\n")
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    taken = []
                    while (part := self.rfile.readline()) != b".\r\n":
                        taken.append(part)
                    self.server.taken.append(b"".join(taken).decode())
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 fine\r\n")


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(self.server.answers)
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


def _serving(server):
    server.taken, server.answers = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def post_office():
    yield from _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail))


@pytest.fixture
def hook():
    yield from _serving(ThreadingHTTPServer(("127.0.0.1", 0), _Hook))


@pytest.fixture
def settings(tmp_path, post_office, hook):
    return Settings(
        home=tmp_path,
        alert_smtp=SecretStr(f"smtp://127.0.0.1:{post_office.server_address[1]}"),
        alert_from="suite@autorev.example",
        alert_to=("ann@autorev.example", "bob@autorev.example"),
        alert_webhook=SecretStr(f"http://127.0.0.1:{hook.server_port}/hook"),
    )
