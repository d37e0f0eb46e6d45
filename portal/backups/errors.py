"""What can go wrong with a backup, in one plain sentence each."""


class BackupError(Exception):
    """The backup could not be made, read or restored; the text says why and what to do."""
