"""The pages that scripts/promises writes."""
