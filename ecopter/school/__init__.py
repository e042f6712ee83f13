"""The school itself: the name, address and signatory that its papers carry."""
