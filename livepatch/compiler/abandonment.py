"""A build that is given up."""


class AbandonedError(Exception):
    """The build was given up for something newer."""
