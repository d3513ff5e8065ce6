"""The nurse's desk: routes, what its pages show, and its words."""
