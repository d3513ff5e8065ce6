"""What a virtual trial came to: gathered once, turned into figures, written as files and a page."""
