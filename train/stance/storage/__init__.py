"""Files: where they lie, reading them strictly, writing them so that a crash loses nothing."""
