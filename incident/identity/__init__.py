"""Whoever signs in elsewhere: the conversation with the organisation's identity provider (OpenID Connect)."""
