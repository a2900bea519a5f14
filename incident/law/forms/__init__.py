"""The two official forms as data, and the pure functions that fill them from the facts (GDPR art. 33(3))."""
