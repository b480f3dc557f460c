"""Fixtures of the events' tests."""

from archive_visits import *  # noqa: F403  # fixtures
