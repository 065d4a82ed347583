"""Metrics of the field, over engines, readers and edits."""
