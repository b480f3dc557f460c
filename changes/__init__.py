"""COMPARE: identity, quality, fingerprints and verdicts. Pure functions of two visits; `run.py` is the flow."""
