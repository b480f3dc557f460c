"""Deliveries outside Airflow: webhook, Redis Streams, Atom feeds, notifications. The log is the truth they pass on.

`config.py` reads what is to be delivered where, `run.py` does one bounded turn of one delivery, `lane.py` is the way of
one source to one target, `webhook.py`, `stream.py`, `feed.py` and `notify.py` are the targets, `people.py` is the turn
of a `notify`, `failing.py` tells people of tasks that fail, `dead.py` keeps what was given up on.
"""
