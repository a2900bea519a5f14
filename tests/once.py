"""What would come out the same for every application and every engine of a test process is made once.

Nearly every test has an application and a database of its own. All have the same pages, routes and statements, and
making these anew was a third of the time of a test.
"""

from collections import defaultdict
from types import CodeType, MethodType
from typing import Any, cast

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 4_000
_compile = Rule.compile
_rules: dict[tuple[Any, ...], Rule] = {}
_statements: defaultdict[type, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(STATEMENTS))


class ReadOnce(BytecodeCache):
    """What Jinja made of a template."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was made of this text before."""
        bucket.code = self._made.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._made[bucket.key, bucket.checksum] = bucket.code


def make_once() -> None:
    """Keep templates, routes and statements, from now on and for this process."""
    Flask.jinja_options["bytecode_cache"] = ReadOnce()
    # mypy knows no other way to replace what belongs to a class.
    setattr(Rule, "compile", _compile_once)  # noqa: B010
    setattr(Engine, "_compiled_cache", property(_cache_of_kind, lambda engine, fresh: None))  # noqa: B010
    setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))  # noqa: B010
    setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))  # noqa: B010


def _compile_once(rule: Rule) -> None:
    """What a route is taken apart into depends on its text and the kinds of its parts; it is most of making an app."""
    told = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults), rule.map.host_matching)
    key = (type(rule), *told, *rule.map.converters.items())
    if key not in _rules:
        _compile(rule)
        _rules[key] = rule
    first = _rules[key]
    rule.arguments, rule._trace, rule._converters = first.arguments, first._trace, first._converters
    rule._parts = first._parts
    rule._build = MethodType(cast(MethodType, first._build).__func__, rule)
    rule._build_unknown = MethodType(cast(MethodType, first._build_unknown).__func__, rule)


def _cache_of_kind(engine: Engine) -> LRUCache[Any, Any]:
    """SQLAlchemy keeps the SQL of a statement for each engine; engines of one kind say it in the same words."""
    return _statements[type(engine.dialect)]


__all__ = ["make_once"]
