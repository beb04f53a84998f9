"""Challenger against champion: the same sealed test articles, the rule, and what it decided."""
