"""What the API server writes from its event loop keeps no writer of its own process waiting."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from fanlight.stack import sessions


class Base(DeclarativeBase):
    pass


class Log(Base):
    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)


class Run(Base):
    __tablename__ = "dag_run"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    made = create_engine(f"sqlite:///{tmp_path}/airflow.db?timeout=1")
    Base.metadata.create_all(made)
    return made


def count(engine: Any, table: type[Base]) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def written() -> None:
    """Wait for what is on its way."""
    sessions.WRITER.submit(lambda: None).result()


def test_a_writer_that_needs_the_event_loop_to_end_is_not_waited_for(engine: Any) -> None:
    make = sessions.make(engine)

    async def serve() -> None:
        with make() as one, make() as other:
            one.add(Run())
            await asyncio.to_thread(one.flush)  # it has the lock from here on
            other.add(Log())
            other.commit()  # with Airflow's own sessions this is "database is locked"
            await asyncio.to_thread(one.commit)

    asyncio.run(serve())
    written()
    assert (count(engine, Run), count(engine, Log)) == (1, 1)


def test_all_else_is_written_at_once(engine: Any) -> None:
    make = sessions.make(engine)

    async def serve() -> None:
        with make() as session:
            session.add_all([Run(), Log()])
            session.commit()
            assert count(engine, Run) == 1

    asyncio.run(serve())
    written()
    with make() as session:
        session.add(Log())
        session.commit()
    assert count(engine, Log) == 2


def test_an_audit_log_that_cannot_be_written_is_said(engine: Any, caplog: pytest.LogCaptureFixture) -> None:
    with engine.connect() as holder, caplog.at_level(logging.ERROR):
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        sessions.write(engine, [Log()])
    assert "the audit log was not written" in caplog.text
