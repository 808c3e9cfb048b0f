"""文书 (documents): a template and facts become a PDF with a number, and stay found.

`render.py` is the only door to the typesetter: templates are files in `templates/`, facts reach them as JSON and never
as source, fonts are the two files that the build copies into `fonts/`. What a stage wants printed it hands in as facts;
this stage reads no other stage's tables.  Upstream: registry.  Basis: docs/basis.md#文书.
"""
