"""Scores answers: a response as it is completed, a study again by newer rules, a file of answers."""
