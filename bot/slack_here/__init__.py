"""A strict Slack on this machine: the Web API over real HTTP, and people whose acts reach the app as signed requests.

It refuses what Slack refuses: wrong tokens, missing scopes, payloads over a limit, expired triggers, stale view hashes,
more than one message a second in a channel; and it can be told to fail in the ways Slack fails. The tests stand on it,
and `meldklok try-slack` gives it a page.
"""
