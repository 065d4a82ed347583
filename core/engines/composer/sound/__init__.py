"""Playing a Score: soundfont and synthesised voices, the mix, the room."""
