"""The catalog: genres, moods, instruments, tempos, durations and topics, as validated data."""
