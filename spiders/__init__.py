"""VISIT: Scrapy and Playwright. One spider per page shape; `run.py` is one visit in its own process."""
