"""Measurements that anybody can repeat; their results stand in docs/measurements.md."""
