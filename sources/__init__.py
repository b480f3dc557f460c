"""WHAT: one small file per source. Standard library only, so that parsing a DAG loads nothing else."""
