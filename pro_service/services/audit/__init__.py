"""The audit trail in use: chaining, anchoring, verifying, and showing it."""
