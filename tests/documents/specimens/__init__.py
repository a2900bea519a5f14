"""A heavy and a small made-up case with all their documents, for whoever wants to read what people are sent."""
