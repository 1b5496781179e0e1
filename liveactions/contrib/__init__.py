"""Batteries: Django apps of their own, built on the public API only. Each works without the others."""
