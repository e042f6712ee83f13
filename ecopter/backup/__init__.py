"""One archive with the whole school in it, and the way back."""
