"""Upkeep: what is overdue at one source is told, and its bells ring, though another cannot be looked at."""

from __future__ import annotations

from collections import defaultdict
from unittest.mock import Mock

import pytest
import upkeep_dag

from fanlight import upkeep


def test_bells_ring_before_it_is_said_what_could_not_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    bells: defaultdict[object, Mock] = defaultdict(Mock)
    monkeypatch.setattr(upkeep, "tell_overdue", lambda: (["a/7"], {"b": "Corrupt: b is broken"}))
    failed = upkeep_dag.overdue.function(outlet_events=bells)
    assert {asset.name for asset in bells} == {"fanlight.events", "fanlight.events.a"}
    for bell in bells.values():
        bell.add_partitions.assert_called_once_with(["a/7"])
    with pytest.raises(upkeep_dag.NotLookedAt, match="Corrupt: b is broken"):
        upkeep_dag.overdue_failed.function(failed)
    for nothing in ({}, None):  # None: `overdue` itself failed, and is red
        upkeep_dag.overdue_failed.function(nothing)
