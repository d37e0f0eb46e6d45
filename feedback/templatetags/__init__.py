"""Template tags of the conversation."""
