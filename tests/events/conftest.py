"""Fixtures of the events' tests."""

from stores import *  # noqa: F403  # fixtures
