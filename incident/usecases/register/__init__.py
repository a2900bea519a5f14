"""The register: its columns, its import and export, views that people keep."""
