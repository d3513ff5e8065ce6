"""Every row of every table as canonical text, and back: the same lines whatever the database."""
