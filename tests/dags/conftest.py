"""Airflow without a database, configured by the project's own file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import mkdtemp

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"

# Before anything imports Airflow: it would make a configuration of its own in the home folder.
os.environ.update(AIRFLOW_HOME=mkdtemp(), AIRFLOW_CONFIG=str(ROOT / "airflow.cfg"), FANLIGHT_ROOT=str(ROOT))
sys.path.append(str(DAGS))
