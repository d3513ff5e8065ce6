"""Which test proves which requirement: collected while the tests run, drawn by bin/validation."""
