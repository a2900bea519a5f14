"""The read side: one module per page group or job."""
