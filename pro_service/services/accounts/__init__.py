"""How staff and programs prove who they are: log-in, second chances, invitations, sessions, keys, and their history."""
