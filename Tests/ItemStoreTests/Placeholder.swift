// Furnished by the next commits.
