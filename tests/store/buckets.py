"""An S3 service on this machine: moto's, with an empty bucket and one under object lock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

FILES, LOCKED = "files", "locked"
ACCESS = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "hidden"}


class Silent(WSGIRequestHandler):
    """Says nothing on standard error."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Stay silent."""


def _told_the_algorithm(app: Callable[..., Any]) -> Callable[..., Any]:
    """Under object lock the service wants a checksum of the content; moto wants the name of its algorithm as well."""

    def tell(environ: dict[str, Any], start: Any) -> Any:
        if "HTTP_X_AMZ_CHECKSUM_SHA256" in environ:
            environ["HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"] = "SHA256"
        return app(environ, start)

    return tell


@contextmanager
def serving(host: str = "127.0.0.1", port: int = 0) -> Iterator[dict[str, str]]:
    """The settings that reach the service while it runs."""
    app = _told_the_algorithm(DomainDispatcherApplication(create_backend_app))
    server = make_server(host, port, app, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    backend = s3_backends["123456789012"]["aws"]
    for name in (FILES, LOCKED):
        backend.create_bucket(name, "eu-west-1")
    locked = backend.buckets[LOCKED]
    locked.object_lock_enabled, locked.versioning_status = True, "Enabled"
    backend.put_object_lock_configuration(LOCKED, True, "COMPLIANCE", days=30, years=0)
    yield {**ACCESS, "AWS_ENDPOINT_URL": f"http://{host}:{server.server_port}"}
    for name in (FILES, LOCKED):
        backend.buckets.pop(name)
    server.shutdown()
    server.server_close()
