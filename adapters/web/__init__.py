"""The browser as a platform."""
