"""I/O without domain words: settings, database, object store, logs."""
