"""How long personal data are kept, what must stay, and what becomes of one person's data who asks."""
