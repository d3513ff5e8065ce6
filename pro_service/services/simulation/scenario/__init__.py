"""What a rehearsal assumes of people: a scenario file, read into frozen values, judged against a protocol."""
