"""A file of 50 MB goes through the pages without being held in memory."""

import tempfile
import tracemalloc
from hashlib import sha256
from typing import Final

from incident.domain.kernel.people import Role
from tests.web.conftest import Team

LARGE: Final = 50 * 1024 * 1024
MOST: Final = 24 * 1024 * 1024
BORDER: Final = "borderoftheform"


def test_fifty_megabytes_come_and_go_by_the_page_in_parts(lite: Team) -> None:
    """As a browser sends it and takes it: what is held at once is far less than the file."""
    dpo = lite.visitor("Femke", Role.DPO)
    dpo.get("/report")
    address = f"/incidents/{dpo.submit('/report', summary='A stolen disk').path.split('/')[2]}/evidence"
    page = dpo.get(address)
    [token] = {node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token"}
    with tempfile.TemporaryFile() as body:
        field = f'--{BORDER}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--{BORDER}\r\n'
        kind = "Content-Type: text/plain\r\n\r\n"
        body.write(f'{field}Content-Disposition: form-data; name="file"; filename="disk.log"\r\n{kind}'.encode())
        digest, begin = sha256(), body.tell()
        while body.tell() - begin < LARGE:
            part = sha256(str(body.tell()).encode()).hexdigest().encode() * 1024
            digest.update(part)
            body.write(part)
        body.write(f"\r\n--{BORDER}--\r\n".encode())
        length = body.tell()
        body.seek(0)
        tracemalloc.start()
        sent = dpo.client.post(
            address,
            input_stream=body,
            content_type=f"multipart/form-data; boundary={BORDER}",
            headers={"Content-Length": str(length)},
        )
        came_in = tracemalloc.get_traced_memory()[1]
    assert sent.status_code == 302, sent.text
    (link,) = dpo.get(address).links("/evidence/")
    tracemalloc.reset_peak()
    back = sha256()
    with dpo.client.get(link, buffered=False) as answer:
        assert answer.headers["Content-Length"] == str(LARGE)
        for part in answer.iter_encoded():
            back.update(part)
    went_out = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert back.hexdigest() == digest.hexdigest()
    assert max(came_in, went_out) < MOST, (came_in, went_out)
