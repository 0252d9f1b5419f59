"""Measurements side by side: each against a yardstick of the same run, so that the machine drops out of the ratio."""
