"""SHAPE: archived documents become rows. One module per document family; reads the archive, never the network."""
