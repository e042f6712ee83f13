"""What has changed for someone: one line for each event, read on a page and sent by mail."""
