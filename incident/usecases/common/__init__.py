"""What every verb needs: the record, who may see it, settings, fact versions, the directory of people."""
