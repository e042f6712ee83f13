"""What all pages share: forms, error pages, navigation, assets."""
