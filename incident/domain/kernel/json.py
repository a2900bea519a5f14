"""JSON without a class of its own: what is stored or sent as it is, and what was not read into a class yet."""

from typing import Any

Json = Any
"""A value of JSON: a text, a number, yes or no, nothing, a list or an object."""

JsonObject = dict[str, Json]
"""An object of JSON, by the names of its members."""
