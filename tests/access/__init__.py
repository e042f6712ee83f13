"""Who may enter, what each may read: tried on every address there is."""
