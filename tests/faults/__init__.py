"""What breaks around the school, broken on purpose: nothing acknowledged is lost."""
