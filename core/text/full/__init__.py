"""The full depth: published transformers models, for machines with torch. Nothing here is fetched while it reads."""
