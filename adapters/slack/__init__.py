"""Slack: slash commands, shortcuts, mentions and buttons, over Socket Mode or HTTP."""
