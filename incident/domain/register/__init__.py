"""The register as tables: what is imported, what is counted, what is drawn."""
