"""The master keys: whether those given are this database's, and their replacement by newer ones."""
