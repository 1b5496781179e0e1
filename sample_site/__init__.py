"""The desk: an order desk of a small stationer, and the site that shows what liveactions does."""
