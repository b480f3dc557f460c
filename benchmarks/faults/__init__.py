"""Parts of bench_faults.py: a made-up site, stages in processes of their own, and what goes wrong around them."""

from random import Random


def dice(seed: object) -> Random:
    """The same throws for the same seed."""
    return Random(str(seed))  # noqa: S311 - it decides what goes wrong, it keeps no secret
