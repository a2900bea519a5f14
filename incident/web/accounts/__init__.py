"""Local accounts: sign-in with a second factor, recovery codes, passwords, the first account."""
