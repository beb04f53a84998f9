"""Labels and their rules, read from a file: nothing else in the code knows a label's name."""
