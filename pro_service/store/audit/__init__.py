"""The audit trail in the database: which tables it watches, the triggers that write it, and the chain over it."""
