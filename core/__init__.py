"""The music core: text or audio in, audio out. Knows no person, no platform and no database."""
