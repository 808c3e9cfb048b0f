"""An independent client of the sync contract: standard library only, no line shared with the server.

It is written from the text of the protocol (docs) and talks HTTP, so that the text and the server check each other.
"""
