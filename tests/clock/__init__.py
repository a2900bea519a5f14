"""Tests of the clock: the ladder, the sweep, the outbox, the worker."""
