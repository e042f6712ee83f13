"""Every act of the school, in an append-only chain of events."""
