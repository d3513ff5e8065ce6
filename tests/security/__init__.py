"""What attacks the service: semgrep rules, sqlmap, schemathesis. All of it on loopback."""
