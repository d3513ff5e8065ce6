"""What entry points read, as plain values; each function takes a reading session."""
