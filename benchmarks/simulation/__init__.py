"""A model of the bridge in simulated time: what the measured constants lead to."""
