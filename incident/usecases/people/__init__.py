"""Accounts, signing in, tokens, the duty roster, people in Slack."""
