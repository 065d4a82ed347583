"""Platforms: each turns what a person did into a call on the bot, and a reply into what the platform shows."""
