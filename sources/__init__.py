"""WHAT: one small file per source. Standard library only (and cssselect for selectors), so that DAGs parse fast."""
