"""Concepts: sounds learned from recordings, as small files that a request brings along."""
