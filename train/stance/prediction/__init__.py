"""From texts to labels with NumPy alone, streaming in and out."""
