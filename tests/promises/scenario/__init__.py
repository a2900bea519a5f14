"""A made-up installation after some months of use: the browser tests look at it, and so do the pictures of the docs.

An integration platform's incidents, made by the use cases themselves with a clock that stands still. All people,
customers and addresses are invented.
"""
