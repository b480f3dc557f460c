"""Fixtures of the shaping tests."""

from stores import s3, s3_env, s3_store  # noqa: F401  # fixtures
