"""People: who may ask for what, what happened to it, and who gets the answer."""
