"""`fanlight`: run a command; errors whose cause is outside end as one sentence and a non-zero exit."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from archive.errors import ArchiveError
from events.deliveries.errors import DeliveryMisconfigured
from fanlight.arguments import parser
from fanlight.errors import UserError, VisitBlocked, VisitError, VisitFailed
from sources.registry import SourceError

USAGE, PROBLEM, INTERRUPTED = 2, 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0: done. 1: a problem outside, said in a sentence. 2: called wrongly. 20/30/40: how a visit ended."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except (UserError, SourceError, DeliveryMisconfigured) as error:
        return _fail(error, USAGE)
    except VisitError as error:
        return _fail(error, {VisitBlocked: 20, VisitFailed: 30}.get(type(error), 40))
    except ArchiveError as error:
        return _fail(error, PROBLEM)
    except OSError as error:
        if error.errno is None:  # not from the operating system: a fault of ours
            raise
        return _fail(error, PROBLEM)


def _fail(error: Exception, code: int) -> int:
    print(f"fanlight: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
