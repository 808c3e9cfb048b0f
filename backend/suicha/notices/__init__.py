"""消息 (notices): one port to tell people something: the inbox here, and outside by whatever the bureau has.

Upstream: nothing; whom to tell is decided by the stage that tells.  Basis: docs/basis.md#消息.
"""
