"""Every page for everyone: walked from the addresses of the application in a real browser."""
