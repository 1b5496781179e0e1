"""A site whose processes can be made to die at any moment of an atomic action."""
