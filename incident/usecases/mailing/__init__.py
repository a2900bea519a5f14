"""Letters to many people: the list, the release, the printing, what could not be used."""
