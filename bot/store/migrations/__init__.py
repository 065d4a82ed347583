"""Changes of the schema, in order. `bot.store.database.Database.migrate` applies them."""
