"""One home for every hat: what is next for this person, composed from the features below."""
