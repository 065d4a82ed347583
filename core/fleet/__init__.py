"""Where engines run: beside the bot in a supervised child process, or on many machines."""
