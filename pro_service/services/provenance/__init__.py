"""What becomes of data after they came: why forms are missing, corrections, questions about them, consents."""
