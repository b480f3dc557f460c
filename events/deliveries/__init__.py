"""Deliveries outside Airflow: webhook, Redis Streams, Atom feeds. The log is the truth; these only pass it on.

`config.py` reads what is to be delivered where, `run.py` does one bounded turn of one delivery, `lane.py` is the way of
one source to one target, `webhook.py`, `stream.py` and `feed.py` are the targets, `dead.py` keeps what was given up on.
"""
