"""A time-stamp authority on this machine: certificates of its own, and ``openssl ts`` behind a small server."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

OPENSSL = shutil.which("openssl")
CONFIG = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[root]
basicConstraints = critical, CA:true
[signer]
extendedKeyUsage = critical, timeStamping
"""


def run(*words: object, **more: object) -> bytes:
    """Let openssl do it; raises CalledProcessError."""
    assert OPENSSL is not None
    return subprocess.run([OPENSSL, *map(str, words)], check=True, capture_output=True, **more).stdout  # type: ignore[call-overload,no-any-return]


def found(folder: Path) -> Path:
    """Make the keys and certificates of an authority; gives the file with the certificate that is to be trusted."""
    folder.mkdir()
    config = folder / "tsa.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")
    root, signer = folder / "root", folder / "signer"
    run("req", "-x509", *new, "-keyout", f"{root}.key", "-out", f"{root}.pem", "-subj", f"/CN={folder.name}",
        "-config", config, "-extensions", "root")  # fmt: skip
    run("req", "-x509", *new, "-keyout", f"{signer}.key", "-out", f"{signer}.pem", "-subj", "/CN=Stamps", "-config",
        config, "-extensions", "signer", "-CA", f"{root}.pem", "-CAkey", f"{root}.key")  # fmt: skip
    return folder / "root.pem"


@contextmanager
def answering(folder: Path) -> Iterator[str]:
    """The authority's address while it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = folder / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = run("ts", "-reply", "-config", folder / "tsa.cnf", "-section", "tsa", "-queryfile", query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/tsr"
    server.shutdown()
    server.server_close()
