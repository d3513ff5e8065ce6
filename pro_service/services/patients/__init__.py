"""Keeps patients: enrolment, the facts of their courses, and the assessments planned from them."""
