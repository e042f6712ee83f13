"""People: accounts, names in two scripts, signing in."""
