"""Fixtures of the archive's tests."""

from archive_visits import *  # noqa: F403  # fixtures
