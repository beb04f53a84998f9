"""Pages and programs on this machine: who may ask, what is answered, and how the server runs."""
