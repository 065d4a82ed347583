"""Reads a document: language, summary, topic, emotion and scenes, into a brief."""
