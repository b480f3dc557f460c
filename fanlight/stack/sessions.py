"""Database sessions for Airflow's API server on SQLite, as `[database] sql_alchemy_session_maker`.

The API server writes its audit log from its event loop. SQLite lets one write at a time, and whoever writes in another
thread of that server needs the event loop to end: both wait for each other until a time-out ("database is locked"),
and so does the scheduler meanwhile. Airflow 3.3.2 answers a trigger with 500 then. Here the audit log is written by a
thread of its own, a moment later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

AUDIT = "log"  # the table
WRITER = ThreadPoolExecutor(1, thread_name_prefix="audit-log")


class PatientSession(Session):
    """A session whose commits from an event loop do not wait for the audit log."""

    def commit(self) -> None:
        rows = [row for row in self.new if getattr(row, "__tablename__", "") == AUDIT] if in_event_loop() else []
        for row in rows:
            self.expunge(row)
        super().commit()
        if rows:
            WRITER.submit(write, self.get_bind(), rows)


def write(bind: Any, rows: Sequence[object]) -> None:
    """Write what could not wait; what cannot be written is said, and nothing else depends on it."""
    try:
        with Session(bind) as session:
            session.add_all(rows)
            session.commit()
    except Exception:
        logging.getLogger(__name__).exception("the audit log was not written")


def in_event_loop() -> bool:
    """Whether others wait for this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def make(engine: Any) -> sessionmaker[PatientSession]:
    """What Airflow makes its sessions with; otherwise as it does by itself."""
    return sessionmaker(engine, class_=PatientSession, autoflush=False, expire_on_commit=False)
