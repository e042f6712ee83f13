"""Reading of the content files: text in, checked values out."""
