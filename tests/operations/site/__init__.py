"""A site whose processes are watched, killed and looked at."""
