"""What can go wrong while keeping or retrieving. Catch a type; never search a message.

ArchiveError                  attributes: retry (may the same call succeed later?), action (what a person does now)
├── StoreUnreachable          retry; nothing answered at the address
├── StoreDenied               wrong credentials or rights
├── StoreMisconfigured        the address or bucket does not make sense
├── NoSpace                   retry; the disk or bucket is full
├── NotFound                  no such object, run or capture
├── AlreadyExists             a conditional write lost: somebody wrote this object before
├── Busy                      retry; another process works on this source's spool
├── Conflict                  an If-Match write lost: the object changed since it was read
└── Corrupt                   bytes are not what was promised; attributes: where, rule
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of all archive errors."""

    retry = False
    action = "see the log"

    def __init__(self, message: str, *, action: str | None = None) -> None:
        super().__init__(message)
        if action is not None:
            self.action = action

    def __str__(self) -> str:
        return f"{super().__str__()}. {self.action[0].upper()}{self.action[1:]}."


class StoreUnreachable(ArchiveError):
    """Nothing answered where the store should be."""

    retry = True
    action = "check that the object store runs and that ARCHIVE_URL and AWS_ENDPOINT_URL are right"


class StoreDenied(ArchiveError):
    """The store refused these credentials."""

    action = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and the rights they have"


class StoreMisconfigured(ArchiveError):
    """The address of the store cannot be used."""

    action = "set ARCHIVE_URL to s3://bucket or file:///folder, and AWS_ENDPOINT_URL for your own S3 server"


class NoSpace(ArchiveError):
    """No room to write."""

    retry = True
    action = "free space, then run it again; what was kept is safe"


class NotFound(ArchiveError):
    """No such object, run or capture."""

    action = "list what exists with `fanlight captures`"


class AlreadyExists(ArchiveError):
    """An object under this key is already there and is never overwritten."""

    action = "nothing to do: the first write stands"


class Busy(ArchiveError):
    """Another process keeps a visit of this source, or recovers one."""

    retry = True
    action = "wait until it has ended, or stop it"


class Conflict(ArchiveError):
    """Somebody else changed the object since it was read."""

    retry = True
    action = "read it again and retry"


class Corrupt(ArchiveError):
    """Bytes are not what was promised. `where` is a file and offset, `rule` the rule that was broken."""

    action = "keep the file as evidence, and look for a good copy of it in another replica of the bucket"

    def __init__(self, message: str, *, where: str = "", rule: str = "") -> None:
        super().__init__(message)
        self.where = where
        self.rule = rule
