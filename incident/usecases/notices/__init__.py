"""Notices from first draft to submission, the authority's form and the dossier."""
