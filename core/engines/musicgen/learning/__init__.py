"""Learning: concepts from recordings, on the weights of a published model."""
