"""The audit trail, pure: what an entry is, the bytes that are hashed, and what is wrong with a chain."""
