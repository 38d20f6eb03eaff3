"""Stand-ins for a town's own systems: for tests, for measurements, and for towns that want to rehearse."""
