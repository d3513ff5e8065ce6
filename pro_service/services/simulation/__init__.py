"""Runs a whole trial in virtual time: made-up patients and staff, real services, database, outbox and web pages."""
