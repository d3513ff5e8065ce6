"""A patient's rights and the end of what is kept: destruction of keys, retention, the copy of everything held."""
