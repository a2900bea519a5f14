"""The Socket Mode side of the fake: a real websocket that sends envelopes and waits for their acknowledgement."""

import json
import threading
import uuid
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


class SocketServer:
    """A websocket server on a free port. It starts listening when it is first asked for its address."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._server: Any = None
        self._acks: dict[str, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._open: list[ServerConnection] = []
        self.connected = 0

    @property
    def url(self) -> str:
        """The address for one connection."""
        if self._server is None:
            self._server = serve(self._talk, self._host, 0)
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"ws://{self._host}:{self._server.socket.getsockname()[1]}/link?ticket={uuid.uuid4()}"

    def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.shutdown()

    def _talk(self, connection: ServerConnection) -> None:
        number = self.open + 1
        connection.send(
            json.dumps({"type": "hello", "num_connections": number, "connection_info": {"app_id": "A0APP"}})
        )
        with self._changed:
            self._open.append(connection)
            self.connected += 1
            self._changed.notify_all()
        try:
            for text in connection:
                frame = json.loads(text)
                with self._changed:
                    self._acks[frame["envelope_id"]] = frame
                    self._changed.notify_all()
        except ConnectionClosed:
            """slack_sdk's own client leaves without a close frame."""
        finally:
            with self._changed:
                self._open.remove(connection)
                self._changed.notify_all()

    @property
    def open(self) -> int:
        """How many connections the app has now."""
        with self._changed:
            return len(self._open)

    def wait_connected(self, times: int = 1, seconds: float = 60.0) -> None:
        """Wait until the app has connected this many times."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.connected >= times, seconds), "the app did not connect"

    def push(self, kind: str, payload: dict[str, Any], *, seconds: float = 5.0, **more: Any) -> dict[str, Any] | None:
        """Send an envelope; gives the acknowledgement's frame, or None when none can come or none came in time.

        The newest connection gets it. Slack gives it to any of them.
        """
        envelope = str(uuid.uuid4())
        accepts = kind != "events_api"
        frame = {"envelope_id": envelope, "type": kind, "accepts_response_payload": accepts, "payload": payload, **more}
        connection = self._newest()
        if connection is None:
            return None
        with suppress(ConnectionClosed):
            connection.send(json.dumps(frame))
        with self._changed:
            self._changed.wait_for(lambda: envelope in self._acks or connection not in self._open, seconds)
            return self._acks.get(envelope)

    def _newest(self) -> ServerConnection | None:
        with self._changed:
            return self._open[-1] if self._open else None

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to come back on a new connection."""
        connection = self._newest()
        assert connection is not None, "the app is not connected"
        connection.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {}}))
