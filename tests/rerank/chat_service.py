"""A small service that speaks OpenAI's chat interface over real HTTP, well or badly, for the tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[dict], str]
"""From the JSON document of the prompt to the text of the answer."""


class ChatService:
    """Listens on loopback; ``answer``, ``status``, ``wait`` and ``raw`` say how it behaves now."""

    def __init__(self) -> None:
        self.answer: Answer = lambda document: json.dumps({"order": [one["number"] for one in document["items"]]})
        self.status, self.wait, self.raw = 200, 0.0, ""
        self.drip = False
        self.requests: list[dict] = []
        self.keys: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.requests.append(body | {"path": self.path})
                service.keys.append(self.headers.get("Authorization", ""))
                time.sleep(service.wait)
                with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any more
                    self._send(service._body(body))

            def _send(self, content: bytes) -> None:
                self.send_response(service.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if service.drip:
                        time.sleep(0.05)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def _body(self, request: dict) -> bytes:
        if self.raw:
            return self.raw.encode()
        if self.status != 200:
            return json.dumps({"error": {"message": f"no: {self.keys[-1]}", "type": "x"}}).encode()
        document = json.loads(request["messages"][-1]["content"])
        message = {"role": "assistant", "content": self.answer(document)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return json.dumps(
            {"id": "1", "object": "chat.completion", "created": 0, "model": request["model"], "choices": [choice]}
        ).encode()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
