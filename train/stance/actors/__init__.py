"""Who takes a stance: names and their actors, the holders of a label, how far they go."""
