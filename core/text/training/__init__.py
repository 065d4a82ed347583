"""Trains the small models that ship with the reader, from data that is not shipped."""
