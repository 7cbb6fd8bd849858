"""The Python peer of Tollgate. See README.md beside the package."""
