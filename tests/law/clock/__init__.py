"""Tests of periods, calendars, regimes, obligations, deadlines and their explanation."""
