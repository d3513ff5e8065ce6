"""Does: one public function is one use case and one transaction; time and gateways are given."""
