"""The suites of scripts/bench."""
