"""`meldklok slack`: the manifest, a check, and rebuilding; the commands live with the bot, which stands above."""

import importlib
from typing import cast

import click

slack = cast(click.Group, importlib.import_module("bot.cli").slack)
