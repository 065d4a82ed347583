"""The command line as a platform."""
