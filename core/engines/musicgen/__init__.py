"""The GPU core: our own MusicGen runtime, which serves many requests in one batch."""
