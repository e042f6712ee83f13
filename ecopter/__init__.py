"""ECOPTER: learning, legal attendance and certificates for a school of terroir products."""
