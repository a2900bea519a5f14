"""JSON that comes in: what is nested deeper than anybody means is no JSON to us, like any other broken body."""

from typing import Any

from flask.json.provider import DefaultJSONProvider

from incident.domain.kernel.json import Json


class BoundedJson(DefaultJSONProvider):
    """The usual way of reading and writing, with a refusal where the reader would run out of stack."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Json:
        """Raises ValueError for a body that nests too deeply, as for one that is not JSON."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as problem:
            raise ValueError("The body nests too deeply.") from problem
