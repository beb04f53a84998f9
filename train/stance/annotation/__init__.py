"""Answers of annotators: storing, importing, and settling what they come to."""
