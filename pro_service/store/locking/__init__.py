"""What the database itself refuses: changes of locked data, and any change of what is only ever added to."""
