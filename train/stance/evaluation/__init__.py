"""How good a model is, how sure that is, and reports that say so."""
