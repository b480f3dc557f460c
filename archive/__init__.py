"""KEEP: WARC writing and reading, the store, the layout of the bucket, index, manifest and verification."""
