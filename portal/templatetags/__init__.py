"""Template tags of every page: Persian text and the parts of the layout."""
