"""The embedded stack: SeaweedFS and Airflow as children of one process, on loopback only, with data under `var/`.

`place.py` where things are, `ports.py` and `credentials.py` what they listen on and who may enter, `supervisor.py`
starts and stops children, `seaweed.py` and `airflow.py` say which, `rest.py` speaks to Airflow as an operator would,
`run.py` puts it together.
"""

from fanlight.stack.place import archive_environment
from fanlight.stack.run import Stack, started, up

__all__ = ["Stack", "archive_environment", "started", "up"]
