"""The read side: a bounded number of statements per page, whatever the number of rows."""
