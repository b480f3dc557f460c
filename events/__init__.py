"""TELL: the event model and the log on S3."""
