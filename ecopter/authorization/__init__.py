"""Who may do what: one policy table, and the door that asks it."""
