"""Plain data as YAML, for the manifest: mappings, lists, texts, numbers and truth values; nothing else is needed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def as_yaml(document: Mapping[str, Any]) -> str:
    """The document as block YAML; texts are quoted as in JSON, which every YAML reader understands."""
    return "\n".join(_lines(document, 0)) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, Mapping | list) and item:
                yield f"{indent}{key}:"
                yield from _lines(item, depth + 1)
            else:
                yield f"{indent}{key}: {json.dumps(item, ensure_ascii=False)}"
    else:
        for item in value:
            yield from _item(item, indent, depth)


def _item(item: Any, indent: str, depth: int) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f"{indent}- {json.dumps(item, ensure_ascii=False)}"
        return
    first, *rest = _lines(item, depth + 1)
    yield f"{indent}- {first.strip()}"
    yield from rest
