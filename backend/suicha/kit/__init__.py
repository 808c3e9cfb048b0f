"""Plain building blocks without domain words and without I/O."""
