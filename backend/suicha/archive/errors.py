"""What can go wrong at the shell. Nobody but an administrator meets these, so they are sentences and have no codes."""


class BundleRefused(ValueError):
    """The bundle of a visit cannot be written; the message says why."""


class BackupRefused(ValueError):
    """The backup cannot be made, or cannot be used; the message says why."""
