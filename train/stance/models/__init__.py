"""Model folders: written whole, checked before use, listed with their history."""
