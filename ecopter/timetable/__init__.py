"""Half-days: when, where and with whom a module is taught; and the holidays of two countries."""
