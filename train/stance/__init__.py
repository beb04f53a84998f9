"""Stancedesk: who takes which stance, from articles to a model, its predictions and its report."""

__version__ = "0.1.0"
