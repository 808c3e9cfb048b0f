"""Evidence: limits and names, pictures, custody, uploads over HTTP."""
