"""A visitor without a browser: speaks the app's websocket protocol, so that one process can be many people."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

RUN_SECONDS = 60.0
ID_PARTS = 3
"""A widget id is ``$$ID-<digest>-<key>``."""


@dataclass
class Visitor:
    """One session on a running server; use it as a context manager."""

    port: int
    query_string: str = ""
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict, init=False)
    """Key of each button of the last run: its widget id and the fragment it lives in."""
    errors: list[str] = field(default_factory=list, init=False)
    """Exceptions and red boxes the server has drawn."""

    def __enter__(self) -> Self:
        address = f"ws://localhost:{self.port}/_stcore/stream"
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(address, subprotocols=["streamlit"], max_size=None, proxy=None))
        self._ask("", "")
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def liked(self) -> Sequence[str]:
        """Keys of the like buttons of the list as it stands."""
        return sorted(key for key in self.buttons if key.startswith("like-"))

    def press(self, key: str) -> float:
        """Press one button and return the milliseconds until the run it asked for is over."""
        widget, fragment = self.buttons[key]
        self.buttons = {name: place for name, place in self.buttons.items() if place[1] != fragment}
        return self._ask(widget, fragment)

    def _ask(self, widget: str, fragment: str) -> float:
        message = BackMsg()
        message.rerun_script.query_string = self.query_string
        message.rerun_script.fragment_id = fragment
        if widget:
            pressed = message.rerun_script.widget_states.widgets.add()
            pressed.id, pressed.trigger_value = widget, True
        start = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=RUN_SECONDS))
            if answer.WhichOneof("type") == "script_finished":
                if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return (time.perf_counter() - start) * 1e3
            elif answer.WhichOneof("type") == "delta":
                self._note(answer.delta)

    def _note(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.errors.append(element.alert.body)
        elif kind == "button":
            parts = element.button.id.split("-", ID_PARTS - 1)
            self.buttons[parts[-1]] = (element.button.id, delta.fragment_id)


@dataclass(frozen=True)
class Load:
    """What a crowd measured."""

    ms: tuple[float, ...]
    """Per click: from sending it to the end of its run."""
    errors: tuple[str, ...]
    n_clicks: int


def crowd(port: int, n_people: int, n_clicks: int, think_seconds: float, query_string: str = "", seed: int = 0) -> Load:
    """``n_people`` at once, each liking ``n_clicks`` items of their own list, thinking ``think_seconds`` on average."""

    def one(number: int) -> Load:
        rng = random.Random(seed + number)
        with Visitor(port, query_string) as visitor:
            ms = []
            for _ in range(n_clicks):
                time.sleep(rng.uniform(0, 2 * think_seconds))
                ms.append(visitor.press(rng.choice(visitor.liked())))
            return Load(tuple(ms), tuple(visitor.errors), len(ms))

    with ThreadPoolExecutor(n_people) as pool:
        loads = list(pool.map(one, range(n_people)))
    return Load(
        tuple(ms for load in loads for ms in load.ms),
        tuple(error for load in loads for error in load.errors),
        sum(load.n_clicks for load in loads),
    )
