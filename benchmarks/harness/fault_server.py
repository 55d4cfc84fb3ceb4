"""A service on loopback that speaks OpenAI's chat interface over real sockets, and lets one down in every way."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Act = Callable[["Handler", dict], None]
"""What is done with one request: it has all of the connection."""
USAGE = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}


class Handler(BaseHTTPRequestHandler):
    """Lets the service's next act answer each request."""

    service: FaultServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service = self.service
        with service.lock:
            service.requests.append(body)
            service.keys.append(self.headers.get("Authorization", ""))
            service.times.append(time.monotonic())
            act = service.script.popleft() if service.script else service.otherwise
            service.n_open += 1
            service.most_open = max(service.most_open, service.n_open)
        try:
            act(self, body)
        except (BrokenPipeError, ConnectionResetError):
            service.n_hung_up += 1
        finally:
            self.close_connection = True
            with service.lock:
                service.n_open -= 1

    def head(self, status: int, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class FaultServer:
    """Plays ``script``, one act for each request, then ``otherwise`` for all further ones."""

    def __init__(self) -> None:
        self.script: deque[Act] = deque()
        self.otherwise: Act = answers(good)
        self.lock = threading.Lock()
        self.requests: list[dict] = []
        self.keys: list[str] = []
        self.times: list[float] = []
        self.n_open = self.most_open = self.n_hung_up = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": self}))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    @property
    def document(self) -> dict:
        """What the newest request holds as data."""
        return json.loads(self.requests[-1]["messages"][-1]["content"])

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def good(document: dict) -> str:
    """Every piece of evidence as one sentence, with its source."""
    pieces = document["evidence"][: document["max_sentences"]]
    return json.dumps({"sentences": [{"text": one["text"], "cites": [one["id"]]} for one in pieces]})


def answers(text: str | Callable[[dict], str], usage: object = USAGE, pause: float = 0.0, n_pieces: int = 8) -> Act:
    """The text as the model's answer, whole or streamed in pieces, as the request wants it."""

    def act(handler: Handler, body: dict) -> None:
        said = text if isinstance(text, str) else text(json.loads(body["messages"][-1]["content"]))
        shared = {"id": "1", "created": 0, "model": body["model"]}
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
            handler.head(200)
            whole = shared | {"object": "chat.completion", "choices": [choice], "usage": usage}
            handler.wfile.write(json.dumps(whole).encode())
            return
        handler.head(200, "text/event-stream")
        size = max(1, -(-len(said) // n_pieces))
        chunks = [
            {"choices": [{"index": 0, "delta": {"content": said[at : at + size]}}]} for at in range(0, len(said), size)
        ]
        for chunk in [*chunks, {"choices": [], "usage": usage}]:
            told = shared | {"object": "chat.completion.chunk"} | chunk
            handler.wfile.write(f"data: {json.dumps(told)}\n\n".encode())
            handler.wfile.flush()
            time.sleep(pause)
        handler.wfile.write(b"data: [DONE]\n\n")

    return act


def refuses(status: int, **headers: str) -> Act:
    """An error whose text repeats the key, as careless services do."""

    def act(handler: Handler, body: dict) -> None:
        handler.head(status, **headers)
        told = f"Incorrect API key provided: {handler.headers['Authorization']}; server secret 12345"
        handler.wfile.write(json.dumps({"error": {"message": told, "type": "x", "code": "y"}}).encode())

    return act


def refuses_schema(handler: Handler, body: dict) -> None:
    """400 for any request with a JSON schema; a good answer for a plain one."""
    (refuses(400) if "response_format" in body else answers(good))(handler, body)


def hangs(seconds: float = 30.0) -> Act:
    """Nothing, not even headers, until the other side hangs up."""

    def act(handler: Handler, body: dict) -> None:
        handler.connection.settimeout(seconds)
        with suppress(TimeoutError):
            if not handler.connection.recv(1):
                raise BrokenPipeError

    return act


def drips(before_headers: bool = False, piece: bytes = b" ") -> Act:
    """One piece every 50 ms, for ever, so that no wait between two of them is long."""

    def act(handler: Handler, body: dict) -> None:
        if before_headers:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        else:
            handler.head(200, "text/event-stream" if body.get("stream") else "application/json")
        while True:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.05)

    return act


def floods(handler: Handler, body: dict) -> None:
    """Megabytes that never end, as fast as they are taken."""
    handler.head(200, "text/event-stream" if body.get("stream") else "application/json")
    while True:
        handler.wfile.write(b"x" * 65536)


def says(raw: bytes, kind: str = "application/json", status: int = 200, **headers: str) -> Act:
    """Exactly these bytes."""

    def act(handler: Handler, body: dict) -> None:
        handler.head(status, kind, **headers)
        handler.wfile.write(raw)

    return act


def breaks_off(handler: Handler, body: dict) -> None:
    """A response that promises more bytes than it brings."""
    handler.head(200, Content_Length="5000")
    handler.wfile.write(b'{"id": "1", "choices": [{"mess')
