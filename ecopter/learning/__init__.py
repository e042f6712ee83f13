"""A trainee's path through the course: what is done, what is next, and why not yet."""
