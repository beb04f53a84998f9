"""Labelled rows in the formats of other tools: one module a format, all listed in `registry`."""
