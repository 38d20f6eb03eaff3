"""Stand-ins for providers that speak their protocols: for tests, measurements and demonstrations."""
