"""Values that every feature may use and that depend on nothing."""
