"""Sends messages once and hears every reply: invitations, the outbox, the inbox, receipts and opt-outs."""
