"""The Open311 client: any town's GeoReport v2 endpoint as a service backend."""

from actions.backends.open311.client import Open311

__all__ = ["Open311"]
