"""Tests of the document makers: what they say, how it looks to a machine, and that nothing hostile gets through."""
