"""What a library imports only because it is installed is not there while it is imported, and there again afterwards."""

import importlib
import sys

import pytest

from incident.platform.absent import as_if_absent


def test_a_module_is_absent_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with as_if_absent("this"), pytest.raises(ImportError):
        importlib.import_module("this")
    assert importlib.import_module("this") is sys.modules["this"]


def test_what_is_loaded_already_stays() -> None:
    with as_if_absent("json"):
        assert importlib.import_module("json") is sys.modules["json"]
