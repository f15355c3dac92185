"""Measurements, not tests: `make bench` runs them and prints tables. Nothing here decides whether a build is good."""
