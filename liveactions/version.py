"""The version of the package, also the build that its client tells the server."""

__version__ = "0.1.0"
