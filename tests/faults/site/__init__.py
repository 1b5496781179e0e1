"""The site that is put under stress: one component whose every action and every piece of news can be accounted for."""
