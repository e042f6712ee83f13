"""Pure rules of credentials: what stands in the way, and the words a paper prints."""
