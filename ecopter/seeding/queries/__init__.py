"""Reading what the database already holds before content or the demo is loaded."""
