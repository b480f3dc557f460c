"""Reconcile: what one source cannot do holds up no other."""

from __future__ import annotations

from typing import Any

import pytest
import reconcile_dag

from fanlight import flow


def refusing(broken: str, does: Any) -> Any:
    def act(item: str, *more: str) -> Any:
        if item == broken:
            raise OSError(f"{item} is broken")
        return does(item, *more)

    return act


def test_all_missed_visits_are_announced_though_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    announced: list[tuple[str, ...]] = []

    def announce(*visit: str) -> list[str]:
        announced.append(visit)
        return []

    monkeypatch.setattr(flow, "unannounced", lambda: [("a", "run1"), ("b", "run2"), ("c", "run3")])
    monkeypatch.setattr(flow, "announce", refusing("b", announce))
    with pytest.raises(RuntimeError, match=r"could not announce .*'b', 'run2'.*OSError: b is broken"):
        reconcile_dag.announce_missed.function()
    assert announced == [("a", "run1"), ("c", "run3")]


def test_the_keys_of_missed_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "unannounced", lambda: [("a", "run1"), ("b", "run2")])
    monkeypatch.setattr(flow, "announce", lambda source, run: [f"{source}/{run}/1", f"{source}/{run}/2"])
    assert reconcile_dag.announce_missed.function() == ["a/run1/1", "a/run1/2", "b/run2/1", "b/run2/2"]


def test_all_missed_batches_are_shaped_though_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped: list[str] = []
    monkeypatch.setattr(flow, "pending", lambda: ["a/1", "b/1", "c/1"])
    monkeypatch.setattr(flow, "shape", refusing("a/1", shaped.append))
    with pytest.raises(RuntimeError, match=r"could not shape .*a/1.*OSError"):
        reconcile_dag.shape_missed.function()
    assert shaped == ["b/1", "c/1"]
