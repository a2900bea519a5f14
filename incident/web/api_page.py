"""The description of the API as people read it: each call with its inputs, an example to copy and what comes back.

Everything is taken from the OpenAPI document, so the page says what the API does and what its tests hold it to.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from incident.domain.kernel.json import Json, JsonObject

Schemas = JsonObject
VALUES: Final[JsonObject] = {
    "reference": "DL-2026-0001-A",
    "subscription": "3f9c0a1b2c3d4e5f",
    "file": "0b1f7c1e-6f0e-4b7e-9a53-2d1f6f0a4c11",
    "summary": "A mailbox rule forwards to an unknown address",
    "text": "The rule was removed",
    "key": "alert-4711",
    "systems": "Exchange",
    "noticed_by": "Mailbox rule alert",
    "name": "Alerts",
    "url": "https://example.org/hook",
}
"""What a field is filled with in an example; others are filled by their kind."""
MOMENT: Final = "2026-03-02T09:00:00Z"
TOO_DEEP: Final = 6


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of the address or a header, or a field of the body."""

    name: str
    place: str
    kind: str
    words: str
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that can be asked, with what it takes and gives."""

    method: str
    path: str
    title: str
    words: str
    scope: str
    inputs: tuple[Input, ...]
    request: str
    status: str
    answer: str
    refusals: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        return f"{self.method}{self.path}".lower().replace("/", "-").replace("{", "").replace("}", "")


def calls(spec: JsonObject, site: str) -> tuple[Call, ...]:
    """Every call of the description, reports first; ``site`` is where the examples go."""
    schemas = spec["components"]["schemas"]
    found = [
        _call(method.upper(), path, operation, schemas, site)
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
    ]
    return tuple(sorted(found, key=lambda call: (call.scope != "report", call.path, call.method)))


def _call(method: str, path: str, operation: JsonObject, schemas: Schemas, site: str) -> Call:
    responses = operation["responses"]
    status = next(one for one in responses if one.startswith("2"))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parameters = [_parameter(one) for one in operation.get("parameters", ())]
    bytes_alone = "application/octet-stream" in responses[status].get("content", {})
    asked = _curl(method, site + re.sub(r"{(\w+)}", lambda found: VALUES[found[1]], path), body, schemas)
    return Call(
        method=method,
        path=path,
        title=operation.get("summary", path),
        words=operation.get("description", "").replace("``", ""),
        scope=operation["security"][0]["BearerAuth"][0],
        inputs=(*parameters, *(_fields(body, schemas) if body else ())),
        request=f"{asked} -OJ" if bytes_alone else asked,
        status=status,
        answer=_answer(responses[status], schemas),
        refusals=tuple((one, responses[one]["description"]) for one in sorted(responses) if one >= "3"),
    )


def _answer(response: JsonObject, schemas: Schemas) -> str:
    """An answer in JSON; of bytes and of nothing there is none to show."""
    content = response.get("content", {}).get("application/json")
    return _shown(example(content["schema"], schemas)) if content else ""


def _parameter(one: JsonObject) -> Input:
    schema = one["schema"]
    words = one.get("description") or schema.get("description", "")
    return Input(one["name"], one["in"], _kind(schema), words, bool(one.get("required")))


def _fields(schema: JsonObject, schemas: Schemas, before: str = "") -> Iterator[Input]:
    """The fields of a body; those of the things in a list behind the name of the list."""
    whole = _resolved(schema, schemas)
    needed = whole.get("required", ())
    for name, field in whole.get("properties", {}).items():
        inner = _resolved(field.get("items", {}), schemas)
        yield Input(before + name, "body", _kind(field, schemas), field.get("description", ""), name in needed)
        if inner.get("properties"):
            yield from _fields(inner, schemas, f"{before}{name}[].")


def _kind(schema: JsonObject, schemas: Schemas | None = None) -> str:
    """What may stand there, in few words: its kind, its choices, its bounds."""
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    one = _resolved(options[0], schemas or {}) if options else {}
    if "enum" in one:
        return " | ".join(str(value) for value in one["enum"])
    kind = one.get("format") or one.get("type", "object")
    if kind == "array":
        kind = f"array of {_kind(one.get('items', {}), schemas)}"
    low, high = one.get("minimum", one.get("minLength")), one.get("maximum", one.get("maxLength", one.get("maxItems")))
    bounds = f"{low} to {high}" if low is not None and high is not None else f"at most {high}" if high else ""
    return f"{kind}, {bounds}" if bounds else str(kind)


def example(schema: JsonObject, schemas: Schemas, name: str = "", depth: int = 0) -> Json:
    """A value of this schema, as an answer or a body may be."""
    whole = _resolved(schema, schemas)
    options = [one for one in whole.get("anyOf", ()) if one.get("type") != "null"]
    if options:
        return example(options[0], schemas, name, depth)
    if "enum" in whole:
        value: Json = whole["enum"][0]
        return value
    match whole.get("type"):
        case "object" if depth < TOO_DEEP:
            return {key: example(one, schemas, key, depth + 1) for key, one in whole.get("properties", {}).items()}
        case "array":
            return [example(whole["items"], schemas, name, depth + 1)]
        case "boolean":
            return False
        case "integer" | "number":
            return 201 if name == "status" else int(whole.get("minimum", 0)) or 1
        case "string":
            return _string(whole, name)
        case _:
            return {}


def _string(schema: JsonObject, name: str) -> str:
    if schema.get("format") == "date-time":
        return MOMENT
    return str(VALUES.get(name, "…"))


def _resolved(schema: JsonObject, schemas: Schemas) -> JsonObject:
    """The schema itself, where it is only named."""
    named = schema.get("$ref")
    found: JsonObject = schemas.get(str(named).rpartition("/")[2], {}) if named else schema
    return found


def _curl(method: str, address: str, body: JsonObject | None, schemas: Schemas) -> str:
    """What one types to try it; of a body what is needed, and what makes a repetition harmless."""
    said = f'curl "{address}" -H "Authorization: Bearer $TOKEN"'
    if method != ("GET" if body is None else "POST"):
        said += f" -X {method}"
    if body is None:
        return said
    sent = json.dumps(_least(body, schemas), ensure_ascii=False)
    return f"{said} \\\n  -H \"Content-Type: application/json\" \\\n  -d '{sent}'"


def _least(schema: JsonObject, schemas: Schemas) -> Json:
    whole = _resolved(schema, schemas)
    fields = whole.get("properties", {})
    made: JsonObject = {}
    for name in [*whole.get("required", ()), *(["key"] if "key" in fields else [])] or list(fields)[-1:]:
        items = fields[name].get("items")
        made[name] = [_least(items, schemas)] if items else example(fields[name], schemas, name)
    return made


def _shown(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
