"""Evaluation of editing: a small editor taught on composed stems, and what it can and cannot do."""
