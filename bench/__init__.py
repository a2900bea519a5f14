"""Measurements, apart from the tests: ``make bench``. Times beside limits measured in the same run."""
