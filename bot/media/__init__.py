"""Customers' files, by signed links that expire."""
