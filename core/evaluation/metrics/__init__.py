"""The field's measures of generated and edited sound, one to a file. None needs anything but what it compares."""
