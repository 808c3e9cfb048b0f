"""The HTTP process: puts the stages together, maps errors, serves the front end."""
