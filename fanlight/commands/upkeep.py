"""Keeping it going: what killed visits left."""

from __future__ import annotations

from argparse import Namespace

from fanlight import upkeep as chores


def recover(_: Namespace) -> int:
    print(f"{chores.recover_left(say=print)} visits had been left")
    return 0
