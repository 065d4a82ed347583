"""Evaluation of concept learning on a small model that is trained on the composer's music.

No published weights are needed, and everything is known: what the concepts sound like, what the captions mean. What it
can show is how the methods compare; how good a published model sounds with a concept it cannot.
"""
