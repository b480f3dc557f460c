"""The demo's five sources: the shapes of the real ones, for hosts that the demo site plays."""
