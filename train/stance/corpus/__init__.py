"""Articles and their sentences, with offsets that hold."""
