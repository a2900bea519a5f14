"""``Idempotency-Key``: what was sent twice is done once."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from pydantic import BaseModel

from incident.domain.kernel.errors import Invalid
from incident.store.db import db
from incident.usecases.common.inbound import Result, once
from incident.web.api.tokens import token
from incident.web.clock import now

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEY_LENGTH: Final = 100
KEYS: Final = re.compile(rf"[A-Za-z0-9._:-]{{1,{KEY_LENGTH}}}")


def first_time(what: str, key: str, data: BaseModel, make: Callable[[], dict[str, str]]) -> tuple[Result, bool]:
    """What was made for this key, and whether just now; ``what`` keeps the keys of different acts apart.

    Raises Invalid for a key that is none, and for one that came with another body before.
    """
    if not KEYS.fullmatch(key):
        raise Invalid("A key has 1 to 100 letters, digits and . _ : - and nothing else.", field=HEADER)
    body = sha256(data.model_dump_json(exclude={"key"}).encode()).hexdigest()
    found, is_new = once(db.session(), f"{what}:{token()}:{key}", now(), lambda: {"body": body, **make()})
    if found["body"] != body:
        raise Invalid("This key was sent before with another body. Give each its own.", field=HEADER)
    return found, is_new
